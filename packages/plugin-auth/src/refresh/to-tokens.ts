import type {Tokens} from '../model.ts'
import {peekClaims} from '../jwt-claims.ts'
import type {TokenBody} from './classify.ts'

const YEAR_MS = 365 * 24 * 3600 * 1000

interface AnswerTime {
  readonly now: number
  readonly previous?: Tokens | undefined
  /** The issuer's settings: how long its access tokens live where it does not say so, or says what cannot be. */
  readonly accessTokenSeconds?: number | undefined
}

/**
 * A token response as it is stored (rows 32-39). What is odd about the lifetime makes it unknown, never infinite; an
 * omitted or empty refresh token leaves the old one in force (RFC 6749 6).
 */
export function toTokens(body: TokenBody, at: AnswerTime): Tokens {
  const refreshToken = body.refreshToken ?? at.previous?.refreshToken
  const scope = body.scope ?? at.previous?.scope
  const clockOffsetMs = offset(at.now, body.serverDate)
  const lifetimeMs = lifetime(body, at.accessTokenSeconds)
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

/** Rows 32 and 35: what is not said is the settings' to say; more than a year is not believed. */
function lifetime(body: TokenBody, usualSeconds: number | undefined): number | undefined {
  const usualMs = usualSeconds === undefined ? undefined : usualSeconds * 1000
  const saidMs = lifetimeSaid(body)
  return saidMs === undefined || saidMs <= YEAR_MS ? (saidMs ?? usualMs) : (usualMs ?? YEAR_MS)
}

function lifetimeSaid(body: TokenBody): number | undefined {
  const seconds = typeof body.expiresIn === 'string' ? Number(body.expiresIn) : body.expiresIn
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds * 1000
  const {iat, exp} = peekClaims(body.accessToken)
  return typeof iat === 'number' && typeof exp === 'number' && exp > iat ? (exp - iat) * 1000 : undefined
}
