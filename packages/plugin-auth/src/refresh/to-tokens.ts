import type {Tokens} from '../model.ts'
import {peekClaims} from '../jwt-claims.ts'
import type {TokenBody} from './classify.ts'

const YEAR_MS = 365 * 24 * 3600 * 1000

/**
 * A token response as it is stored (rows 32-39). What is odd about the lifetime makes it unknown, never infinite; an
 * omitted or empty refresh token leaves the old one in force (RFC 6749 6).
 */
export function toTokens(body: TokenBody, at: {readonly now: number; readonly previous?: Tokens | undefined}): Tokens {
  const refreshToken = body.refreshToken ?? at.previous?.refreshToken
  const scope = body.scope ?? at.previous?.scope
  const clockOffsetMs = offset(at.now, body.serverDate)
  const lifetimeMs = lifetime(body)
  return {
    accessToken: body.accessToken,
    ...(refreshToken !== undefined && {refreshToken}),
    ...(scope !== undefined && {scope}),
    ...(lifetimeMs !== undefined && {lifetimeMs, expiresAt: at.now + clockOffsetMs + lifetimeMs}),
    clockOffsetMs,
    receivedAt: at.now,
  }
}

/** `Date` has a resolution of one second: less than that is not an offset. */
function offset(now: number, serverDate: number | undefined): number {
  if (serverDate === undefined) return 0
  const difference = serverDate - now
  return Math.abs(difference) <= 1500 ? 0 : difference
}

function lifetime(body: TokenBody): number | undefined {
  const seconds = typeof body.expiresIn === 'string' ? Number(body.expiresIn) : body.expiresIn
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return Math.min(seconds * 1000, YEAR_MS)
  const {iat, exp} = peekClaims(body.accessToken)
  if (typeof iat === 'number' && typeof exp === 'number' && exp > iat) return Math.min((exp - iat) * 1000, YEAR_MS)
  return undefined
}
