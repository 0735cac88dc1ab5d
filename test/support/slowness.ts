import {spawn} from 'node:child_process'
import {once} from 'node:events'

/** What a bare `node -e 0` takes on an ordinary machine that has nothing else to do. */
const ORDINARY_MS = 50
const STARTS = 5

/**
 * How many times slower than an ordinary machine this one is at this moment, by the median of a few bare starts of Node;
 * never below 1. For the one deadline of the test runner, and for a deadline that a test hands to what it tests. It is
 * measured where it is needed, not once for a run: what else a machine has to do changes meanwhile.
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
