import {EXIT, type ExitCode, type Problem} from '@superset/identity'
import type {Reason} from '../ledger/judge.ts'

/**
 * What a person reads when refreshing failed: the messages of the fault table, one function per kind. A reason is
 * data, because it is kept in the ledger and told by every run that waited for the same attempt.
 */

const SIGN_IN = 'Run `superset auth login`.'
const LATER = 'Your session is kept; run the command again later.'

function reason(code: string, exit: ExitCode, message: string, suggestions: readonly string[] = []): Reason {
  return {code, message, exit, suggestions, retryable: exit === EXIT.temporary}
}

/** Row 1. */
export const ended = (issuer: string, profile: string, error: string): Reason =>
  reason('AUTH_ENDED', EXIT.signInNeeded, `Your session for ${profile} ended (${issuer}: ${error}).`, [SIGN_IN])

/**
 * Rows 4 and 13. For row 4, too, a refusal: every session that we hold was signed in with the very settings that it is
 * refreshed with, the incumbent's included.
 */
export const refused = (issuer: string, error: string, description: string | undefined): Reason =>
  reason(
    'AUTH_ENDED',
    EXIT.signInNeeded,
    `${issuer} refused your session (${error}${description ? `: ${description}` : ''}).`,
    [SIGN_IN],
  )

/** Row 14. */
export const refusedSilently = (issuer: string, status: number): Reason =>
  reason('AUTH_ENDED', EXIT.signInNeeded, `${issuer} refused your session without saying why (HTTP ${status}).`, [
    SIGN_IN,
  ])

/** Row 3. */
export const stepUp = (issuer: string): Reason =>
  reason('AUTH_STEP_UP', EXIT.signInNeeded, `${issuer} asks you to confirm your identity (MFA/re-auth).`, [SIGN_IN])

/** Rows 5 and 6. */
export const clientRefused = (issuer: string, error: string): Reason =>
  error === 'unauthorized_client'
    ? reason('AUTH_CLIENT_REFUSED', EXIT.configuration, `${issuer} does not allow refresh for this client.`, [
        'Ask your administrator; your session is kept.',
      ])
    : reason(
        'AUTH_CLIENT_REFUSED',
        EXIT.configuration,
        `This CLI is not accepted as a client by ${issuer} (${error}).`,
        ['Ask your administrator; your session is kept.'],
      )

/** Row 7. */
export const grantUnsupported = (issuer: string): Reason =>
  reason('AUTH_GRANT_UNSUPPORTED', EXIT.configuration, `${issuer} does not support refresh tokens for this client.`, [
    SIGN_IN,
  ])

/** Row 8. */
export const scopeRefused = (issuer: string, description: string | undefined): Reason =>
  reason(
    'AUTH_SCOPE_CHANGED',
    EXIT.configuration,
    `Scopes were changed at ${issuer}${description ? `: ${description}` : ''}.`,
    [SIGN_IN],
  )

/** Row 9. */
export const resourceRefused = (resource: string): Reason =>
  reason('AUTH_RESOURCE_REFUSED', EXIT.configuration, `Resource ${resource} is not allowed for this login.`, [SIGN_IN])

/** Rows 12, 18, 21-24. When to retry is told by whoever tells this, for it is later by then. */
export const unavailable = (issuer: string): Reason =>
  reason('AUTH_UNAVAILABLE', EXIT.temporary, `${issuer} is temporarily unavailable; session kept.`, [LATER])

/** Row 15. */
export const blocked = (requestId: string | undefined): Reason =>
  reason(
    'AUTH_BLOCKED',
    EXIT.denied,
    `Blocked with 403 before reaching the identity provider${requestId ? ` (request id ${requestId})` : ''}.`,
    ['Ask your network administrator; your session is kept.'],
  )

/** Row 16. */
export const endpointMissing = (url: string): Reason =>
  reason('AUTH_ENDPOINT_MISSING', EXIT.configuration, `Token endpoint not found at ${url}.`, [
    'Ask the administrator of the issuer; your session is kept.',
  ])

/** Row 17. */
export const proxyNeedsAuthentication = (host: string): Reason =>
  reason('NETWORK_PROXY_AUTH', EXIT.configuration, `Your proxy ${host} requires authentication.`, [
    'Put the credentials into the proxy variable, or ask your network administrator.',
  ])

/** Rows 19 and 20. */
export const rateLimited = (issuer: string): Reason =>
  reason('AUTH_RATE_LIMITED', EXIT.temporary, `Too many requests at ${issuer}; session kept.`, [LATER])

/** Row 25. */
export const webPage = (host: string, of = 'a token'): Reason =>
  reason('AUTH_WEB_PAGE', EXIT.temporary, `Got a web page instead of ${of} from ${host}: captive portal or proxy?`, [
    'Open a page in a browser to sign in to the network, then run the command again.',
  ])

/** Rows 26-28, 31, 47 and 50: the answer that was lost, told by the run that lost it. */
export const answerLost = (what: string): Reason =>
  reason('AUTH_ANSWER_LOST', EXIT.temporary, `${what} The session may or may not have been renewed.`, [
    'Run the command again; it will say whether a new sign-in is needed.',
  ])

/** Row 65, and what every later run says of rows 26-28, 47 and 50. */
export const interrupted = (): Reason =>
  reason('AUTH_INTERRUPTED', EXIT.signInNeeded, 'A refresh was interrupted and its answer is lost.', [
    SIGN_IN,
    'Or take the risk of sending the old token again, which may sign you out everywhere: `superset auth refresh --replay`.',
  ])

/** G5, uncertain and presented as often as it may be. */
export const outcomeUnknown = (issuer: string): Reason =>
  reason(
    'AUTH_INTERRUPTED',
    EXIT.signInNeeded,
    `${issuer} failed while it renewed your session, twice; asking again could sign you out everywhere.`,
    [SIGN_IN, 'Or take that risk: `superset auth refresh --replay`.'],
  )

/** The ledger was damaged: whether this token was presented before is not known any more. */
export const forgotten = (): Reason =>
  reason(
    'AUTH_INTERRUPTED',
    EXIT.signInNeeded,
    'The record of earlier refreshes was damaged; asking now could sign you out everywhere.',
    [SIGN_IN, 'Or take that risk: `superset auth refresh --replay`.'],
  )

/** Row 67b. */
export const copied = (): Reason =>
  reason('AUTH_COPIED', EXIT.signInNeeded, "These credentials are a copy of another machine's and would sign it out.", [
    SIGN_IN,
  ])

/** Row 37. Until when the access token serves is told with it, while it does. */
export const unsupportedType = (type: string): Reason =>
  reason('AUTH_TOKEN_TYPE', EXIT.signInNeeded, `Unsupported token type ${type}; the new token is not used.`, [SIGN_IN])

/** Row 42. */
export const otherSubject = (): Reason =>
  reason(
    'AUTH_OTHER_SUBJECT',
    EXIT.signInNeeded,
    'The refreshed identity differs from yours; the new token is not used.',
    [SIGN_IN],
  )

/** Row 41: said once, by the run that renewed; the new session is kept and used. */
export const scopeWider = (issuer: string, scopes: readonly string[]): Reason =>
  reason('AUTH_SCOPE_WIDER', EXIT.denied, `${issuer} granted more than was asked: ${scopes.join(', ')}.`, [
    'Ask your administrator whether that is meant.',
  ])

/** Row 43. */
export const redirected = (host: string): Reason =>
  reason('AUTH_REDIRECTED', EXIT.configuration, `Token endpoint redirects to ${host}; refused.`, [
    'Ask the administrator of the issuer; your session is kept.',
  ])

/** Row 50, while its answer may still come: the helper goes on waiting when the run has gone. */
export const answerLate = (issuer: string): Reason =>
  reason('AUTH_ANSWER_LATE', EXIT.temporary, `${issuer} did not answer in 30 s; its answer is still awaited.`, [LATER])

/** Row 63 and 67. */
export const busy = (holder: string): Reason =>
  reason('AUTH_BUSY', EXIT.temporary, `Another superset (${holder}) is refreshing this session.`, [LATER])

/** The helper ended without a word: it was killed before it could record anything. */
export const helperDied = (): Reason =>
  reason('AUTH_HELPER_DIED', EXIT.temporary, 'The refresh was stopped before it was sent; session kept.', [
    'Run the command again.',
  ])

export function toReason(problem: Problem): Reason {
  return {
    code: problem.code,
    message: problem.message,
    exit: problem.exit,
    suggestions: problem.suggestions,
    retryable: problem.retryable,
  }
}
