/** What is known of a run from its beginning. */
export interface RunStart {
  /** Ms since the epoch. */
  readonly startedAt: number
  /** How many times longer than on an ordinary machine everything takes, budgets and deadlines included: 1 to 10. */
  readonly slowness: number
}

/** A start reads files, too: that much more wall time than processor time is no sign of want. */
const ORDINARY = 3
const AT_MOST = 10

/** Once for a process, whichever copy of this module is asked first: later, it will have waited for other things. */
const START = Symbol.for('superset:run-start')

/**
 * A run begins with its process, not when it comes to ask for its session: of a hundred that start at once, the last ask
 * seconds after the first.
 */
export function runStart(): RunStart {
  const known: unknown = Reflect.get(globalThis, START)
  if (known) return known as RunStart
  const start = {
    startedAt: Math.floor(performance.timeOrigin),
    slowness: slownessOf(performance.now(), process.cpuUsage()),
  }
  Reflect.set(globalThis, START, start)
  return start
}

/**
 * A start is work for the processor, and where a hundred processes share two slow cores, or a container has a quarter of one,
 * each gets a small part; so do the refresher and a server on this machine. How late a timer comes would tell nothing: who
 * sleeps is served at once, while who works waits.
 * @param wallMs since the start; `used`: processor time, in microseconds
 */
export function slownessOf(wallMs: number, used: {readonly user: number; readonly system: number}): number {
  const ratio = (wallMs * 1000) / Math.max(1, used.user + used.system)
  return Math.min(Math.max(1, ratio / ORDINARY), AT_MOST)
}
