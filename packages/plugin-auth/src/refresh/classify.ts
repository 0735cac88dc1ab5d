import type {Binding} from '../model.ts'
import type {Reason} from '../ledger/judge.ts'
import {parseObject, printable, requestId, retryAfterMs} from '../network/answer.ts'
import type {Parameter} from './form.ts'
import * as reasons from './reasons.ts'

/** A full answer of the token endpoint. Header names are lower-case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** The members of a token response (RFC 6749 5.1) as the server wrote them, before any judgement beyond their type. */
export interface TokenBody {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly expiresIn?: unknown
  readonly scope?: string
  readonly tokenType?: string
  readonly idToken?: string
  /** The server's clock as it answered, ms since the epoch. */
  readonly serverDate?: number
}

/**
 * What an answer means for the generation that was presented (faults section 1, G1, G5).
 * `spent`: the old token is gone, yet no usable access token came.
 */
export type Classification = FailedAnswer | {readonly kind: 'tokens'; readonly body: TokenBody}

export type FailedAnswer = RefusedToken | SpentToken | UncertainToken | UntouchedToken

interface SpentToken {
  readonly kind: 'spent'
  readonly refreshToken?: string
  /** Tokens that must not be used (rows 37 and 42); they are kept aside, sealed. */
  readonly unused?: TokenBody
  readonly reason: Reason
}

interface RefusedToken {
  readonly kind: 'refused'
  /** False: a refusal without a reason, which may be asked again after 15 minutes. */
  readonly final: boolean
  readonly reason: Reason
}

/** Certainly not spent. */
export interface UntouchedToken {
  readonly kind: 'untouched'
  readonly reason: Reason
  /** Worth another try within this run's budget. */
  readonly again: boolean
  /** No answer came in time, to a request that carried nothing: perhaps this machine is too busy to hear one. */
  readonly silent?: true
  /** For how long this generation is left alone, so that runs which come a moment later share the finding. */
  readonly notBeforeMs?: number
  /** The server named this pause: it holds for everyone who asks this issuer from here. */
  readonly restMs?: number
  /** Nothing is at that address; the issuer's metadata may name another one by now (row 16). */
  readonly endpointMissing?: true
  /** What it does not want to hear, or misses (rows 8 and 9). */
  readonly refused?: Parameter
}

/** Perhaps spent: an answer that says nothing of it (`uncertain`), or none in full (`ambiguous`). */
interface UncertainToken {
  readonly kind: 'ambiguous' | 'uncertain'
  readonly reason: Reason
  readonly restMs?: number
}

const MINUTE = 60_000
/** Rows 5 and 6: a client registration is not mended within seconds. */
const CLIENT_PAUSE_MS = 30 * MINUTE
/** So that 20 runs that fail for the same reason do not ask 20 times. */
const SETTINGS_PAUSE_MS = 5000

/** Row 20: a server that asks for quiet and does not say for how long. */
const QUIET_MS = 4000

/** @param presented what was sent with the request: an issuer may repeat it in its words */
export function classify(answer: Answer, binding: Binding, presented: readonly string[] = []): Classification {
  const verdict = classifyAnswer(answer, binding, presented)
  const restMs = retryAfterMs(answer.headers)
  // Rows 19 and 23: a pause that the server names holds whatever else its answer means.
  const isPassing = verdict.kind === 'untouched' || verdict.kind === 'uncertain' || verdict.kind === 'ambiguous'
  return isPassing && verdict.reason.retryable && restMs !== undefined ? {...verdict, restMs} : verdict
}

function classifyAnswer(answer: Answer, binding: Binding, presented: readonly string[]): Classification {
  const {status} = answer
  const body = parseObject(answer.body)
  const error = !isToken(body) && typeof body?.['error'] === 'string' ? body['error'] : undefined
  // Row 12: said by the issuer itself, whatever the status. A gateway that had lost the answer would not know the word.
  if (error === 'temporarily_unavailable')
    return {kind: 'untouched', again: true, reason: reasons.unavailable(binding.issuer)}
  const byStatus = classifyStatus(answer, binding)
  if (byStatus) return byStatus
  if (body && error !== undefined) return classifyError(body, binding, presented)
  if (status === 403) return settings(reasons.blocked(requestId(answer.headers)))
  // Row 29: a token answer is one whatever its content type says. To refuse it would lose a session whose old token is
  // spent, and nobody but the server could have written it: the connection is its own.
  if (!body && isWebPage(answer)) return webPage(binding)
  if (status === 400 || status === 401)
    return {kind: 'refused', final: false, reason: reasons.refusedSilently(binding.issuer, status)}
  // G1: no other status is a refusal. What a gateway means by its own numbers (499, 460, …) nobody knows.
  if (status >= 400) return classifyServerError(status, binding)
  return classifySuccess(answer, body, binding)
}

/** What means the same whatever its body says. */
function classifyStatus(answer: Answer, binding: Binding): Classification | undefined {
  const {status} = answer
  const {issuer} = binding
  if (status >= 500 || status === 408) return classifyServerError(status, binding)
  if (status === 429)
    return {kind: 'untouched', again: true, reason: reasons.rateLimited(issuer), notBeforeMs: QUIET_MS}
  if (status >= 300 && status < 400) return redirected(answer)
  if (status === 407) return settings(reasons.proxyNeedsAuthentication(`on the way to ${hostOf(issuer)}`))
  return status === 404 || status === 405 ? missing(binding) : undefined
}

/**
 * G5: the service was seen to answer 500 after it had rotated, and gateways answer 502, 503 and 408 after they have
 * forwarded a request whose connection then broke. A body that says invalid_grant changes nothing (row 24). A 504 is a
 * gateway's word that there was no answer.
 */
function classifyServerError(status: number, {issuer}: Binding): UncertainToken {
  if (status !== 504) return {kind: 'uncertain', reason: reasons.unavailable(issuer)}
  return {kind: 'ambiguous', reason: reasons.answerLost(`${issuer} is temporarily unavailable (HTTP 504).`)}
}

function missing(binding: Binding): Classification {
  const reason = reasons.endpointMissing(binding.tokenEndpoint ?? binding.issuer)
  return {kind: 'untouched', again: false, reason, notBeforeMs: SETTINGS_PAUSE_MS, endpointMissing: true}
}

function redirected(answer: Answer): Classification {
  return settings(reasons.redirected(hostOf(answer.headers['location'] ?? '')))
}

function settings(reason: Reason, notBeforeMs = SETTINGS_PAUSE_MS): UntouchedToken {
  return {kind: 'untouched', again: false, reason, notBeforeMs}
}

function webPage(binding: Binding): Classification {
  return settings(reasons.webPage(hostOf(binding.tokenEndpoint ?? binding.issuer)))
}

const STEP_UP = /^(interaction_required|login_required|consent_required|mfa_required|invalid_rapt|rapt_required)$/

/** An OAuth error body (RFC 6749 5.2), whatever the status below 500 (row 30). */
function classifyError(body: Record<string, unknown>, binding: Binding, presented: readonly string[]): Classification {
  const {issuer, profile} = binding
  const error = printable(body['error'], 60, presented) ?? 'unnamed error'
  const description = printable(body['error_description'], 160, presented)
  const suberror = printable(body['suberror'] ?? body['error_subtype'], 60) ?? ''
  if (STEP_UP.test(error) || (error === 'invalid_grant' && (STEP_UP.test(suberror) || body['claims'] !== undefined))) {
    return settings(reasons.stepUp(issuer))
  }

  switch (error) {
    case 'invalid_grant':
      return {kind: 'refused', final: true, reason: reasons.ended(issuer, profile, error)}
    case 'invalid_client':
    case 'unauthorized_client':
      return settings(reasons.clientRefused(issuer, error), CLIENT_PAUSE_MS)
    case 'unsupported_grant_type':
      return settings(reasons.grantUnsupported(issuer))
    case 'invalid_scope':
      return {...settings(reasons.scopeRefused(issuer, description)), refused: 'scope'}
    case 'invalid_target':
      return {...settings(reasons.resourceRefused(binding.resource ?? binding.apiUrl)), refused: 'resource'}
    case 'server_error':
      return {kind: 'uncertain', reason: reasons.unavailable(issuer)}
    default:
      return {kind: 'refused', final: true, reason: reasons.refused(issuer, error, description)}
  }
}

function classifySuccess(answer: Answer, body: Record<string, unknown> | undefined, binding: Binding): Classification {
  const {issuer} = binding
  if (answer.body.length === 0) return {kind: 'ambiguous', reason: reasons.answerLost(`Empty answer from ${issuer}.`)}
  if (!body) {
    const cutOff = answer.body.toString('utf8').trimStart().startsWith('{')
    const what = cutOff ? `Answer from ${issuer} was cut off.` : `Malformed answer from ${issuer}.`
    return {kind: 'ambiguous', reason: reasons.answerLost(what)}
  }

  const refreshToken = nonEmpty(body['refresh_token'])
  const accessToken = nonEmpty(body['access_token'])
  if (!accessToken) {
    const reason = reasons.answerLost(`Malformed answer from ${issuer}.`)
    return refreshToken ? {kind: 'spent', refreshToken, reason} : {kind: 'ambiguous', reason}
  }

  const tokens = toTokenBody(answer, body, accessToken)
  const tokenType = tokens.tokenType ?? 'bearer'
  if (tokenType.toLowerCase() === 'bearer') return {kind: 'tokens', body: tokens}
  // RFC 6749 7.1: a client must not use an access token whose type it does not understand.
  return {kind: 'spent', unused: tokens, reason: reasons.unsupportedType(printable(tokenType, 20) ?? 'unknown')}
}

function toTokenBody(answer: Answer, body: Record<string, unknown>, accessToken: string): TokenBody {
  const refreshToken = nonEmpty(body['refresh_token'])
  const tokenType = nonEmpty(body['token_type'])
  const scope = nonEmpty(body['scope'])
  const idToken = nonEmpty(body['id_token'])
  const serverDate = Date.parse(answer.headers['date'] ?? '')
  return {
    accessToken,
    ...(refreshToken && {refreshToken}),
    ...(body['expires_in'] !== undefined && {expiresIn: body['expires_in']}),
    ...(scope && {scope}),
    ...(tokenType && {tokenType}),
    ...(idToken && {idToken}),
    ...(!Number.isNaN(serverDate) && {serverDate}),
  }
}

function isToken(body: Record<string, unknown> | undefined): boolean {
  return nonEmpty(body?.['access_token']) !== undefined
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function isWebPage(answer: Answer): boolean {
  if (answer.body.length > 0 && /\bhtml\b/i.test(answer.headers['content-type'] ?? '')) return true
  return /^\s*<(!doctype|html|head|body)/i.test(answer.body.subarray(0, 200).toString('latin1'))
}

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'another address'
}
