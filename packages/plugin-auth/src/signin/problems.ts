import type {Problem} from '@superset/identity'
import {EXIT, type ExitCode} from '@superset/identity'
import {problem} from '../problem.ts'

/** What a person reads when signing in did not work (fault table section 4). */

const AGAIN = 'Run `superset auth login` again.'
const WITH_KEY = 'Or sign in with an API key: `superset auth login --with-api-key`.'

export function cancelled(): Problem {
  return problem('AUTH_CANCELLED', EXIT.interrupted, 'Cancelled; previous session unchanged.', [])
}

/** The credential was stored by then. */
export function cancelledAfterwards(): Problem {
  const message = 'Signed in, and stopped before your organization was chosen.'
  return problem('AUTH_CANCELLED', EXIT.interrupted, message, ['Choose one with `superset organization switch`.'])
}

const WITH_DEVICE = 'Or with a code that you enter on another device: `superset auth login --device`.'

/** Row 76. */
export function timedOut(
  minutes: number,
  {ignored, port}: {readonly ignored: number; readonly port: number},
  {device, paste}: {readonly device: boolean; readonly paste: boolean},
): Problem {
  const stale = ignored === 0 ? '' : ` ${ignoredCallbacks(ignored)}`
  return problem('AUTH_TIMED_OUT', EXIT.signInNeeded, `Timed out: nobody signed in for ${minutes} minutes.${stale}`, [
    AGAIN,
    ...(paste ? ['On another machine? Open the second address there and paste the code it shows.'] : []),
    `Over SSH? Forward the port: \`ssh -L ${port}:127.0.0.1:${port}\`.`,
    ...(device ? [WITH_DEVICE] : []),
    WITH_KEY,
  ])
}

/** Row 77: where ports are registered, no other one will do. */
export function portTaken({port, code}: {readonly port: number; readonly code: string}, pid?: number): Problem {
  const why =
    code === 'EACCES'
      ? `Port ${port} may not be used by you`
      : `Port ${port} is in use${pid === undefined ? '' : ` by pid ${pid}`} (another sign-in?)`
  return problem('AUTH_PORT_TAKEN', EXIT.configuration, `${why}, and the issuer accepts no other one.`, [
    'End that program, then run `superset auth login` again.',
    'Or register another port at the issuer, and name it with `superset auth login --redirect-port <port>`.',
  ])
}

/** Rows 76 and 84: nobody entered the code in time. */
export function codeExpired(issuer: string, browser: boolean): Problem {
  return problem(
    'AUTH_CODE_EXPIRED',
    EXIT.signInNeeded,
    'The code expired.',
    [
      'Run `superset auth login --device` again.',
      ...(browser ? ['Or sign in with a browser: `superset auth login --no-browser` prints the address.'] : []),
      WITH_KEY,
    ],
    {issuer},
  )
}

/** Row 84: whoever follows that address would sign in somewhere else. */
export function foreignPage(issuer: string, shown: string): Problem {
  return problem(
    'AUTH_PAGE_REFUSED',
    EXIT.denied,
    `Refused: ${shown} is not on ${issuer}.`,
    [
      'Nothing was changed. If the page does belong to that issuer, name its host in the setting `deviceHosts`.',
      'Ask the administrator of the issuer.',
    ],
    {issuer},
  )
}

export function noDeviceGrant(issuer: string, browser: boolean): Problem {
  return problem(
    'AUTH_DEVICE_UNSUPPORTED',
    EXIT.configuration,
    `${issuer} offers no sign-in with a code on another device.`,
    [...(browser ? ['Sign in with a browser: `superset auth login --no-browser` prints the address.'] : []), WITH_KEY],
    {issuer},
  )
}

/** A workload's identity goes before whatever a sign-in would store. */
export function loginNotNeeded(workload: string, from: string): Problem {
  return problem(
    'AUTH_LOGIN_NOT_NEEDED',
    EXIT.configuration,
    `No sign-in is needed: this run uses the workload identity ${workload} (from ${from}), and nothing is stored.`,
    [
      'Run the command that you need; `superset auth whoami` shows who it acts as.',
      from === 'profile' ? 'Or remove `workload` from the settings of the profile.' : `Or unset ${from}.`,
    ],
  )
}

/** Row 72. */
export function ignoredCallbacks(count: number): string {
  return `Ignored ${count} ${count === 1 ? 'callback' : 'callbacks'} from an older sign-in tab; use the newest one.`
}

/** Row 73. */
export function wrongIssuer(issuer: string, got: string | undefined): Problem {
  return problem(
    'AUTH_WRONG_ISSUER',
    EXIT.denied,
    `Answer came from ${got ?? 'an issuer that does not name itself'}, expected ${issuer}.`,
    ['Nothing was changed. Check the issuer before you sign in again.'],
    {issuer},
  )
}

const TEMPORARY = new Set(['server_error', 'temporarily_unavailable'])
const DENIED = new Set(['access_denied', 'account_selection_required', 'consent_required', 'interaction_required'])

/** Row 74 and its relatives (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6). */
export function authorizationRefused(issuer: string, error: string, description: string | undefined): Problem {
  if (error === 'access_denied') {
    return problem('AUTH_DECLINED', EXIT.denied, 'Sign-in was declined.', ['Nothing was changed.', AGAIN], {issuer})
  }

  const why = `${error}${description ? `: ${description}` : ''}`
  const message = `${issuer} did not let you sign in (${why}).`
  if (TEMPORARY.has(error)) return problem('AUTH_UNREACHABLE', EXIT.temporary, message, [AGAIN], {issuer})
  if (DENIED.has(error) || error === 'login_required') return problem('AUTH_DECLINED', EXIT.denied, message, [AGAIN])
  const ask = ['Check issuer and client; ask the administrator of the issuer.']
  return problem('AUTH_REFUSED', EXIT.configuration, message, ask, {issuer})
}

/** Row 81. */
export function notCompleted(issuer: string, why: string, cause?: unknown): Problem {
  const message = `Could not complete sign-in; nothing was changed. ${why}`
  return problem('AUTH_NOT_COMPLETED', EXIT.temporary, message, [AGAIN], {issuer, cause})
}

/** The token endpoint refused the code itself, or what came with it was not what an issuer may answer. */
export function exchangeRefused(issuer: string, why: string, exit: ExitCode, cause?: unknown): Problem {
  const message = `Could not complete sign-in; nothing was changed. ${issuer} ${why}.`
  const next = exit === EXIT.configuration ? 'Check issuer and client; ask the administrator of the issuer.' : AGAIN
  return problem('AUTH_REFUSED', exit, message, [next], {issuer, cause})
}

export function noWorkload(): Problem {
  return problem('AUTH_NO_WORKLOAD', EXIT.configuration, 'No workload identity is configured.', [
    'Set SUPERSET_WORKLOAD_IDENTITY, or `workload` in the settings of the profile.',
  ])
}

/** Row 83. */
export function otherAccount(signedInAs: string, profileIs: string): Problem {
  return problem('AUTH_OTHER_ACCOUNT', EXIT.denied, `Signed in as ${signedInAs}, profile is ${profileIs}.`, [
    'Nothing was changed. Use --profile for a second account, or --replace to replace the first.',
  ])
}

/** Row 86. */
export function noTerminal(): Problem {
  return problem('AUTH_REQUIRED', EXIT.signInNeeded, 'Not signed in (no terminal).', [
    'Set SUPERSET_API_KEY.',
    'Or let something else open the address: `superset auth login --no-browser`.',
    'Or enter a code on another device, where the issuer offers that: `superset auth login --device`.',
  ])
}

export function noAuthorizationEndpoint(issuer: string): Problem {
  return problem(
    'AUTH_DISCOVERY',
    EXIT.configuration,
    `${issuer} offers no sign-in with a browser.`,
    ['Sign in with an API key: `superset auth login --with-api-key`.'],
    {issuer},
  )
}

/** RFC 9728: the API says whose tokens it takes. */
export function issuerNotAccepted(apiUrl: string, issuer: string, accepted: readonly string[]): Problem {
  return problem(
    'AUTH_ISSUER_REFUSED',
    EXIT.configuration,
    `${apiUrl} accepts tokens of ${accepted.join(', ')}, not of ${issuer}.`,
    ['Name one of its issuers with --issuer, or the API that takes the tokens of yours with --api-url.'],
    {issuer},
  )
}

/** Row 90. */
/** @param wrong what is wrong with it, where the service says so */
export function keyInvalid(from?: string, wrong = 'is not valid'): Problem {
  const origin = from === undefined ? '' : ` (from ${from})`
  return problem('AUTH_KEY_INVALID', EXIT.signInNeeded, `The API key${origin} ${wrong}.`, [
    'Check the key, or create a new one in the web settings.',
  ])
}

/** What cannot be a key at all never leaves this machine. */
export function keyMalformed(why: string): Problem {
  return problem('AUTH_KEY_MALFORMED', EXIT.usage, `That is not an API key: ${why}.`, [
    'Run `superset auth login --with-api-key` and paste the key alone.',
  ])
}

export function organizationUnknown(wanted: string, available: readonly string[]): Problem {
  const known = available.length === 0 ? 'You belong to none.' : `Yours: ${available.join(', ')}.`
  return problem('ORGANIZATION_UNKNOWN', EXIT.usage, `There is no organization "${wanted}" of yours. ${known}`, [
    'Run `superset organization list`.',
  ])
}
