/** What decides whether an access token still serves; instants in ms. */
export interface TokenTimes {
  /** By the server's clock; absent when it is not known. */
  readonly expiresAt?: number
  readonly lifetimeMs?: number
  readonly clockOffsetMs: number
  readonly receivedAt: number
}

/** `due`: it serves, but is about to end, so that it is renewed beside the work. */
export type Freshness = 'due' | 'expired' | 'fresh'

const MINUTE = 60_000

/** Max(5 min, 10 % of the lifetime), never more than a third of it: a short-lived token is not refreshed by every run. */
export function leewayMs(lifetimeMs: number | undefined): number {
  if (lifetimeMs === undefined) return 5 * MINUTE
  return Math.min(Math.max(5 * MINUTE, lifetimeMs / 10), lifetimeMs / 3)
}

/** Between two refreshes of a token whose life is not known (row 34). */
const UNKNOWN_LIFE_PAUSE_MS = 30_000

/**
 * Whether a refused token may be replaced by now. One of unknown life that the API refuses as soon as it came would
 * else be replaced by every run, without end.
 */
export function isReplaceable({expiresAt, receivedAt}: TokenTimes, now: number): boolean {
  return expiresAt !== undefined || now < receivedAt || now - receivedAt >= UNKNOWN_LIFE_PAUSE_MS
}

/** A token of unknown life is fresh: it is used until the API answers 401. */
export function freshness(times: TokenTimes, now: number): Freshness {
  if (times.expiresAt === undefined) return 'fresh'
  const leftMs = times.expiresAt - (now + times.clockOffsetMs)
  if (leftMs <= 0) return 'expired'
  return leftMs < leewayMs(times.lifetimeMs) ? 'due' : 'fresh'
}
