import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {profileFileName} from '@superset/identity'
import {processName, nameOfHolder} from '../ledger/holder.ts'
import {type Lock, tryLock} from '../ledger/lock.ts'
import {cancelled} from './problems.ts'

const POLL_MS = 200

/** The right to sign a profile in, held by one process at a time; the kernel frees it when that process dies. */
export interface Turn extends Disposable {
  /** True when another sign-in was open, which has ended by now, whatever came of it. */
  readonly waited: boolean
}

export interface Waiter {
  readonly homeDir: string
  readonly profile: string
  readonly tell: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Row 80: two browsers for one profile would confuse its owner, and the later sign-in would end the earlier one.
 * @throws Problem AUTH_CANCELLED (130), LEDGER_UNUSABLE, STORE_* (74)
 */
export async function takeTurn({homeDir, profile, signal, tell}: Waiter): Promise<Turn> {
  const identity = path.join(homeDir, 'identity')
  const file = path.join(identity, 'locks', `${profileFileName(profile)}.signing-in`)
  const note = path.join(identity, 'sign-ins', profileFileName(profile))
  for (let waited = false; ; waited = true) {
    if (signal?.aborted) throw cancelled()
    const lock = await tryLock(file)
    if (lock) return turn(lock, note, waited)
    if (!waited) tell(`A sign-in for ${profile} is already open (${holderIn(note)}); waiting.`)
    // An abort ends the pause; the next look says so.
    await sleep(POLL_MS, undefined, signal ? {signal} : {}).catch(() => {})
  }
}

function turn(lock: Lock, note: string, waited: boolean): Turn {
  // For those who wait; a lock file can hold nothing. Whoever cannot write it is not named, no more.
  try {
    mkdirSync(path.dirname(note), {recursive: true, mode: 0o700})
    writeFileSync(note, processName(), {mode: 0o600})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }

  return {waited, [Symbol.dispose]: () => lock[Symbol.dispose]()}
}

function holderIn(note: string): string {
  try {
    return nameOfHolder(readFileSync(note, 'utf8').slice(0, 300)).replace(/ on .*$/, '')
  } catch {
    return 'another process'
  }
}
