import {spawn} from 'node:child_process'
import {once} from 'node:events'
import process from 'node:process'
import {setTimeout as sleep} from 'node:timers/promises'

/** What a bare `node -e 0` takes on an ordinary machine that has nothing else to do. */
const ORDINARY_MS = 50
const STARTS = 5
/** For `patience`: much more than a store, an issuer and an API on loopback need. */
export const AT_ONCE_MS = 2000

/**
 * How many times slower than an ordinary machine this one is at this moment, by the median of a few bare starts of Node;
 * never below 1. It is measured where a deadline needs it, not once for all: what else a machine has to do changes.
 */
export async function measureSlowness(): Promise<number> {
  const durations: number[] = []
  for (let start = 0; start < STARTS; start++) {
    const begun = performance.now()
    await once(spawn(process.execPath, ['-e', '0'], {stdio: 'ignore'}), 'exit')
    durations.push(performance.now() - begun)
  }

  const median = durations.toSorted((one, other) => one - other)[Math.floor(STARTS / 2)] ?? ORDINARY_MS
  return Math.max(1, median / ORDINARY_MS)
}

/**
 * Resolves after so many milliseconds on an ordinary machine, after as many times more on a slower one.
 * @throws the signal's reason
 */
export async function patience(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, {signal})
  await sleep(ms * ((await measureSlowness()) - 1), undefined, {signal})
}
