import {setTimeout as delay} from 'node:timers/promises'
import {isProblem, type Problem} from '@superset/identity'
import {type FileLock, tryFileLock} from '@superset/identity/home'
import {unusable} from './unusable.ts'

export type Lock = FileLock

const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 40

/** What is told of a lock that cannot be used. */
export type ExplainLockFailure = (file: string, cause: unknown) => Problem

/**
 * @returns the lock, or `undefined` while another process (or another part of this one) holds it
 * @throws Problem LEDGER_UNUSABLE, STORE_FULL, STORE_READ_ONLY (74), unless `explain` says it otherwise
 */
export async function tryLock(file: string, explain: ExplainLockFailure = unusable): Promise<Lock | undefined> {
  try {
    return tryFileLock(file)
  } catch (error) {
    throw isProblem(error) ? error : explain(file, error)
  }
}

/** As `tryLock`, and waits that long for whoever holds it. */
export function takeLock(file: string, patienceMs: number, explain?: ExplainLockFailure): Promise<Lock | undefined> {
  return waitForLock(() => tryLock(file, explain), {patienceMs})
}

interface LockPatience {
  readonly patienceMs: number
  readonly now?: () => number
  readonly sleep?: (ms: number) => Promise<unknown>
}

/** Tries until the lock is free or the patience is over: whoever only looks whether it is held holds it for an instant, too. */
export async function waitForLock(
  attempt: () => Promise<Lock | undefined>,
  {patienceMs, now = () => performance.now(), sleep = (ms) => delay(ms)}: LockPatience,
): Promise<Lock | undefined> {
  const giveUpAt = now() + patienceMs
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const lock = await attempt()
    if (lock || now() >= giveUpAt) return lock
    await sleep(pause)
  }
}

/** Whether somebody alive holds it. For the length of this look the looker holds it itself, so takers try for a while. */
export async function isHeld(file: string): Promise<boolean> {
  using lock = await tryLock(file)
  return lock === undefined
}
