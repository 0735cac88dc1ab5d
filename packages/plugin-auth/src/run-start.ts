/** What is known of a run from its beginning. */
export interface RunStart {
  /** Ms since the epoch. What others had found out by then, it may try again (G5). */
  readonly startedAt: number
  /** How many times longer than on an ordinary machine everything takes, its budgets included. */
  readonly slowness: number
}

/** A start reads files, too: that much more wall time than processor time is no sign of want. */
const ORDINARY = 3
const AT_MOST = 10

/**
 * A run begins with its process, not when it comes to ask for its session: of a hundred that start at once, the last ask
 * seconds after the first has had an uncertain answer, and are no later runs.
 */
export function startOfProcess(): RunStart {
  return {
    startedAt: Math.floor(performance.timeOrigin),
    slowness: slownessOf(performance.now(), process.cpuUsage()),
  }
}

/**
 * From 1 to 10. A start is work for the processor, and where a hundred processes share two slow cores, or a container has a
 * quarter of one, each gets a small part; so does the refresher. How late a timer comes would tell nothing: who sleeps is
 * served at once, while who works waits.
 * @param wallMs since the start; `used`: processor time, in microseconds
 */
export function slownessOf(wallMs: number, used: {readonly user: number; readonly system: number}): number {
  const ratio = (wallMs * 1000) / Math.max(1, used.user + used.system)
  return Math.min(Math.max(1, ratio / ORDINARY), AT_MOST)
}
