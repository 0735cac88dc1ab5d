import {setTimeout as delay} from 'node:timers/promises'
import type {Lock} from './lock.ts'

interface LockPatience {
  readonly patienceMs: number
  readonly now?: () => number
  readonly sleep?: (ms: number) => Promise<unknown>
}

const PAUSE_MS = 30

/** Tries until the lock is free or the patience is over: whoever only looks whether it is held holds it for an instant, too. */
export async function waitForLock(
  tryLock: () => Promise<Lock | undefined>,
  {patienceMs, now = Date.now, sleep = (ms) => delay(ms)}: LockPatience,
): Promise<Lock | undefined> {
  const giveUpAt = now() + patienceMs
  for (;;) {
    const lock = await tryLock()
    if (lock || now() > giveUpAt) return lock
    await sleep(PAUSE_MS)
  }
}
