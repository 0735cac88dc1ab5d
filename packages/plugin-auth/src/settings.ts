import {EXIT, type IdentityRequest, type LoginOptions, Problem, type Sourced} from '@superset/identity'
import type {ReplayPolicy} from './model.ts'
import {isSecure} from './network/loopback.ts'
import {sourceName} from './source-name.ts'

/** Where to sign in, and for which API. */
export interface Settings {
  /** The API's origin, without a trailing slash. */
  readonly apiUrl: string
  /** Exactly as the issuer writes itself: compared character by character (RFC 8414 3.3). */
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /** RFC 8707, with every token request: without it the service issues tokens that its own API does not take. */
  readonly resource: string
  readonly replayPolicy: ReplayPolicy
}

const SCOPE = 'openid profile email offline_access'

type Wanted = Pick<IdentityRequest, 'apiUrl' | 'clientId' | 'issuer'>

/**
 * The settings of one sign-in. The issuer is the API's own origin unless one is named; a named one goes with the API
 * that accepts its tokens.
 * @throws Problem CONFIG_URL_INVALID (78), AUTH_ISSUER_ALONE (2 for the flag, else 78)
 */
export function settingsOf(request: Wanted, options: Pick<LoginOptions, 'clientId' | 'issuer'> = {}): Settings {
  const apiUrl = checkedUrl(request.apiUrl, 'API').origin
  const named: Sourced<string> | undefined =
    options.issuer === undefined ? request.issuer : {value: options.issuer, source: 'flag'}
  const issuer = named?.value ?? apiUrl
  if (named) checkIssuer(named)
  if (named && issuer !== apiUrl && request.apiUrl.source === 'default') throw issuerAlone(named)
  return {
    apiUrl,
    issuer,
    clientId: options.clientId ?? request.clientId.value,
    scope: SCOPE,
    resource: apiUrl,
    replayPolicy: replayPolicyOf(issuer, apiUrl),
  }
}

/** The Superset service is its own issuer, and ends all sessions of a user on a replay; elsewhere only this one. */
export function replayPolicyOf(issuer: string, apiUrl: string): ReplayPolicy {
  return URL.canParse(issuer) && new URL(issuer).origin === apiUrl ? 'user' : 'session'
}

function checkedUrl({value, source}: Sourced<string>, what: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url && isSecure(url) && !url.username && !url.password) return url
  const why = !url
    ? 'is not a URL'
    : url.username || url.password
      ? 'holds a user name or password'
      : 'must begin with https:// (http is for this machine only)'
  throw new Problem({
    code: 'CONFIG_URL_INVALID',
    // What holds a password is not repeated.
    message: `The ${what} address ${url?.password || url?.username ? '' : `${value} `}(from ${sourceName(source)}) ${why}.`,
    exit: source === 'flag' ? EXIT.usage : EXIT.configuration,
    suggestions: ['Give an address such as https://api.example.com.'],
  })
}

function checkIssuer(named: Sourced<string>): void {
  const url = checkedUrl(named, 'issuer')
  // RFC 8414 2: "a URL that uses the "https" scheme and has no query or fragment components".
  if (!/[?#]/.test(named.value)) return
  throw new Problem({
    code: 'CONFIG_URL_INVALID',
    message: `The issuer ${url.origin}${url.pathname} (from ${sourceName(named.source)}) was given with a query or fragment.`,
    exit: named.source === 'flag' ? EXIT.usage : EXIT.configuration,
    suggestions: ['Give the issuer exactly as its metadata names it.'],
  })
}

function issuerAlone({value, source}: Sourced<string>): Problem {
  return new Problem({
    code: 'AUTH_ISSUER_ALONE',
    message: `The issuer ${value} (from ${sourceName(source)}) was named without the API that accepts its tokens.`,
    exit: source === 'flag' ? EXIT.usage : EXIT.configuration,
    suggestions: ['Set SUPERSET_API_URL to the address of that API.'],
  })
}
