/** `due`: it serves, and is about to end. */
export type Freshness = 'due' | 'expired' | 'fresh'

const MINUTE_MS = 60_000

/** Max(5 min, 10 % of what was left when it came), never more than a third of it. */
export function leewayMs(lifeMs: number): number {
  return Math.min(Math.max(5 * MINUTE_MS, lifeMs / 10), lifeMs / 3)
}

/** A credential that names no end is used until the API refuses it. Instants in ms. */
export function freshness(expiresAt: number | undefined, receivedAt: number, now: number): Freshness {
  if (expiresAt === undefined) return 'fresh'
  if (expiresAt <= now) return 'expired'
  return expiresAt - now < leewayMs(expiresAt - receivedAt) ? 'due' : 'fresh'
}
