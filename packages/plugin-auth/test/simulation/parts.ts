import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {Ledger} from '../../src/ledger/ledger.ts'
import {tryLock, type Lock} from '../../src/ledger/lock.ts'
import {tokenLocks} from '../../src/ledger/token-locks.ts'
import {commit} from '../../src/store/commit.ts'
import {bindingFor, newKeys} from '../support/sessions.ts'
import type {SessionStore} from '../../src/model.ts'
import {ModelLedger} from './model-ledger.ts'
import {ModelFolder, modelStore} from './model-store.ts'
import type {Process} from './scheduler.ts'
import type {MakeParts, Times} from './schedule.ts'
import type {Parts} from './world.ts'

/** The schedules differ in order, not in what a disk does: a file system in memory spares the waiting for fsync. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir()

/** Everything in memory: a thousand schedules a second. */
export const modelParts: MakeParts = (times) => Promise.resolve(modelWith(times))

/** The same, and all that it knows, for an exploration that tells states apart. */
export function modelWith(times: Times): Parts & {readonly state: unknown} {
  const held = new Set<string>()
  const tryToHold = (name: string): Lock | undefined => {
    if (held.has(name)) return undefined
    held.add(name)
    return {file: name, [Symbol.dispose]: () => held.delete(name)}
  }

  const folder = new ModelFolder()
  folder.create(1, tokensAt(times))
  const ledger = new ModelLedger()
  return {
    ledger,
    storeFor: (step) => modelStore(folder, step),
    tryLock: (name, {digest}) => Promise.resolve(tryToHold(`${digest}.${name}`)),
    slowness: 1,
    get state() {
      return [ledger.state, folder.state, [...held]]
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** The real ledger, the real record files and the real locks, in a home of their own. */
export const realParts: MakeParts = async (times) => {
  const homeDir = await mkdtemp(path.join(FAST_FOLDER, 'simulation-'))
  const ledger = await Ledger.open(homeDir)
  const tokens = tokensAt(times)
  const store = await commit(
    {homeDir, profile: 'default'},
    'key',
    bindingFor('default', {issuer: 'http://127.0.0.1'}),
    {kind: 'oauth', tokens},
    newKeys(),
  )
  return {
    ledger,
    storeFor: (step, process) => stepped(store, step, process),
    slowness: 25,
    tryLock: (name, generation) => tryLock(tokenLocks(homeDir, generation)[name]),
    async [Symbol.asyncDispose]() {
      ledger[Symbol.dispose]()
      await rm(homeDir, {recursive: true, force: true})
    },
  }
}

function tokensAt(times: Times) {
  return {accessToken: 'old', refreshToken: 'rt-1', ...times, clockOffsetMs: 0, receivedAt: 0}
}

/** A real store: every call is a step, before and after. */
function stepped(store: SessionStore, step: (at: string) => Promise<void>, process: Process | undefined): SessionStore {
  const between =
    <A extends unknown[], R>(at: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await step(at)
      const result = await call(...args)
      await step(`${at}: done`)
      return result
    }

  return {
    ...store,
    head: between('looks', () => store.head()),
    read: between('reads', () => store.read()),
    preflight: between('pre-flight', async () => {
      const reservation = await store.preflight()
      // The kernel closes the file of a process that dies; the file itself stays, which is what the sweep is for.
      process?.onDeath.push(() => void reservation[Symbol.asyncDispose]())
      return reservation
    }),
    save: between('saves', (...args: Parameters<SessionStore['save']>) => store.save(...args)),
    forget: between('forgets', () => store.forget()),
  }
}
