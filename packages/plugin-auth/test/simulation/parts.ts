import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {Ledger} from '../../src/ledger/ledger.ts'
import {tryLock, type Lock} from '../../src/ledger/lock.ts'
import {sessionLocks} from '../../src/ledger/session-locks.ts'
import {commit} from '../../src/store/commit.ts'
import {MemoryStore} from '../support/memory-store.ts'
import {bindingFor, newKeys} from '../support/sessions.ts'
import {ModelLedger} from './model-ledger.ts'
import type {MakeParts} from './schedule.ts'

/** The schedules differ in order, not in what a disk does: a file system in memory spares the waiting for fsync. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir()

/** Everything in memory: a thousand schedules a second. */
export const modelParts: MakeParts = (times) => {
  const held = new Set<string>()
  const tryToHold = (name: string): Lock | undefined => {
    if (held.has(name)) return undefined
    held.add(name)
    return {file: name, [Symbol.dispose]: () => held.delete(name)}
  }

  return Promise.resolve({
    ledger: new ModelLedger(),
    store: new MemoryStore('rt-1', times),
    tryLock: (name) => Promise.resolve(tryToHold(name)),
    slowness: 1,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
}

/** The real ledger, the real record files and the real locks, in a home of their own. */
export const realParts: MakeParts = async (times) => {
  const homeDir = await mkdtemp(path.join(FAST_FOLDER, 'simulation-'))
  const ledger = await Ledger.open(homeDir)
  const tokens = {accessToken: 'old', refreshToken: 'rt-1', ...times, clockOffsetMs: 0, receivedAt: 0}
  const store = await commit({homeDir, profile: 'default'}, 'key', bindingFor(), {kind: 'oauth', tokens}, newKeys())
  return {
    ledger,
    store,
    slowness: 25,
    tryLock: (name) => tryLock(sessionLocks(homeDir, store.sessionId)[name]),
    async [Symbol.asyncDispose]() {
      ledger[Symbol.dispose]()
      await rm(homeDir, {recursive: true, force: true})
    },
  }
}
