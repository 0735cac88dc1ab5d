import {
  EXIT,
  type IdentityRequest,
  type IssuerSettings,
  type LoginOptions,
  Problem,
  type ProfileSettings,
  type Sourced,
  sourceName,
} from '@superset/identity'
import {problem} from './problem.ts'
import type {ReplayPolicy} from './model.ts'
import {isSecure} from '@superset/identity/network'

/** Where to sign in, how, and for which API: all that one sign-in needs to know, with the defaults filled in. */
export interface Settings {
  /** The API's origin, without a trailing slash. */
  readonly apiUrl: string
  /** The web application of that API, where it is known. */
  readonly webUrl?: string
  /** Exactly as the issuer writes itself: compared character by character (RFC 8414 3.3). */
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /**
   * RFC 8707, with every token request: without it the service issues tokens that its own API does not take. Absent for
   * an issuer that refuses the parameter.
   */
  readonly resource?: string
  /** What issuers without `resource` call it; with every token request, too. */
  readonly audience?: string
  readonly replayPolicy: ReplayPolicy
  readonly scopeOnRefresh: boolean
  readonly authorizeParameters: Readonly<Record<string, string>>
  readonly redirect: RedirectAddress
  /** Besides the issuer's own, for the page of the device grant (RFC 8628 3.2). */
  readonly deviceHosts: readonly string[]
  readonly accountClaim?: string
  readonly accessTokenSeconds?: number
}

/** The loopback redirect address (RFC 8252 7.3). */
export interface RedirectAddress {
  /** Registered ports, the only ones that are tried; absent: any will do. */
  readonly ports?: readonly number[]
  readonly host: '127.0.0.1' | 'localhost'
  readonly path: string
}

export const DEFAULT_SCOPE = 'openid profile email offline_access'
export const DEFAULT_CLIENT_ID = 'superset-cli'
export const DEFAULT_REDIRECT = {host: '127.0.0.1', path: '/callback'} as const

/** What the request and the flags say of one sign-in. */
export type SettingsSource = Pick<IdentityRequest, 'apiUrl' | 'clientId' | 'issuer' | 'settings'> &
  Partial<Pick<IdentityRequest, 'webUrl'>>
type IssuerOverrides = Pick<LoginOptions, 'apiUrl' | 'clientId' | 'issuer' | 'settings'>

/**
 * The settings of one sign-in: flags > variables > the profile's settings > defaults. The issuer is the API's own origin
 * unless one is named; a named one goes with the API that accepts its tokens. What was saved belongs to the pair of issuer
 * and API that it was saved with: naming another of either sets all of it aside.
 * @throws Problem CONFIG_URL_INVALID, CONFIG_PARAMETER (2 for a flag, else 78), AUTH_ISSUER_ALONE (2 for the flag, else 78)
 */
export function settingsOf(request: SettingsSource, options: IssuerOverrides = {}): Settings {
  const chosen = choose(request, options)
  const apiUrl = checkedUrl(chosen.apiUrl, 'API').origin
  const issuer = chosen.issuer?.value ?? apiUrl
  if (chosen.issuer) checkIssuer(chosen.issuer)
  if (chosen.issuer && issuer !== apiUrl && chosen.apiUrl.source === 'default') throw issuerAlone(chosen.issuer)
  checkParameters(chosen.saved.authorizeParameters, 'profile')
  checkParameters(options.settings?.authorizeParameters, 'flag')
  return {
    apiUrl,
    ...(chosen.webUrl && {webUrl: checkedUrl(chosen.webUrl, 'web').origin}),
    issuer,
    clientId: chosen.clientId,
    ...manners({...chosen.saved, ...options.settings}, apiUrl, issuer),
  }
}

type AddressSetting = 'apiUrl' | 'clientId' | 'issuer' | 'webUrl'

/** How one deals with that issuer. */
function manners(given: IssuerSettings, apiUrl: string, issuer: string): Omit<Settings, AddressSetting> {
  const {accessTokenSeconds, accountClaim, audience, redirectPorts} = given
  const resource = given.resource ?? defaultResource(apiUrl, audience)
  return {
    scope: given.scope ?? DEFAULT_SCOPE,
    ...(resource !== undefined && resource !== 'none' && {resource}),
    ...(audience !== undefined && {audience}),
    replayPolicy: given.replayPolicy ?? replayPolicyOf(issuer, apiUrl),
    scopeOnRefresh: given.scopeOnRefresh ?? false,
    authorizeParameters: given.authorizeParameters ?? {},
    redirect: {
      ...(redirectPorts && {ports: redirectPorts}),
      host: given.redirectHost ?? DEFAULT_REDIRECT.host,
      path: given.redirectPath ?? DEFAULT_REDIRECT.path,
    },
    deviceHosts: given.deviceHosts ?? [],
    ...(accountClaim !== undefined && {accountClaim}),
    ...(accessTokenSeconds !== undefined && {accessTokenSeconds}),
  }
}

/** The Superset service is its own issuer, and ends all sessions of a user on a replay; elsewhere only this one. */
export function replayPolicyOf(issuer: string, apiUrl: string): ReplayPolicy {
  return URL.canParse(issuer) && new URL(issuer).origin === apiUrl ? 'user' : 'session'
}

/** An issuer that wants to hear an audience is one that knows no resource. */
export function defaultResource(apiUrl: string, audience: string | undefined): string | undefined {
  return audience === undefined ? apiUrl : undefined
}

interface IssuerChoice {
  readonly apiUrl: Sourced<string>
  readonly webUrl: Sourced<string> | undefined
  readonly issuer: Sourced<string> | undefined
  readonly clientId: string
  readonly saved: ProfileSettings
}

function choose(request: SettingsSource, options: IssuerOverrides): IssuerChoice {
  const apiUrl = byFlag(options.apiUrl ?? options.settings?.apiUrl, request.apiUrl)
  const issuer = byFlag(options.issuer ?? options.settings?.issuer, request.issuer)
  const clientId = byFlag(options.clientId ?? options.settings?.clientId, request.clientId)
  const webUrl = webUrlOf(byFlag(options.settings?.webUrl, request.webUrl), apiUrl)
  const {settings: saved = {}} = request
  if (!isOther(apiUrl, saved.apiUrl) && !isOther(issuer, saved.issuer))
    return {apiUrl, webUrl, issuer, clientId: clientId.value, saved}
  const isSaved = (value: Sourced<string> | undefined) => value?.source === 'profile'
  return {
    // It was saved as the API of another issuer.
    apiUrl: isSaved(apiUrl) ? {...apiUrl, source: 'default'} : apiUrl,
    webUrl: isSaved(webUrl) ? undefined : webUrl,
    issuer: isSaved(issuer) ? undefined : issuer,
    clientId: isSaved(clientId) ? DEFAULT_CLIENT_ID : clientId.value,
    saved: {},
  }
}

/** A flag wins over all but the policy. */
function byFlag<T extends Sourced<string> | undefined>(flag: string | undefined, given: T): Sourced<string> | T {
  return flag === undefined || given?.source === 'policy' ? given : {value: flag, source: 'flag'}
}

function isOther(named: Sourced<string> | undefined, saved: string | undefined): boolean {
  return named !== undefined && saved !== undefined && named.value !== saved
}

/** The service's own web application has nothing to do with another API. */
function webUrlOf(webUrl: Sourced<string> | undefined, apiUrl: Sourced<string>): Sourced<string> | undefined {
  return webUrl?.source === 'default' && apiUrl.source !== 'default' ? undefined : webUrl
}

/** What is said with each authorization request; each has its own setting or is made anew each time. */
const OURS = new Set([
  ...['client_id', 'response_type', 'response_mode', 'redirect_uri', 'scope', 'resource', 'audience'],
  ...['state', 'nonce', 'code_challenge', 'code_challenge_method', 'request', 'request_uri'],
])

function checkParameters(parameters: Readonly<Record<string, string>> = {}, source: 'flag' | 'profile'): void {
  const replaced = Object.keys(parameters).find((name) => OURS.has(name))
  if (replaced === undefined) return
  throw problem(
    'CONFIG_PARAMETER',
    source === 'flag' ? EXIT.usage : EXIT.configuration,
    `An extra parameter (from ${sourceName(source)}) may not replace ${replaced}, which signing in sets itself.`,
    ['Leave it out; scope, resource and audience have settings of their own.'],
  )
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
  throw problem(
    'CONFIG_URL_INVALID',
    named.source === 'flag' ? EXIT.usage : EXIT.configuration,
    `The issuer ${url.origin}${url.pathname} (from ${sourceName(named.source)}) was given with a query or fragment.`,
    ['Give the issuer exactly as its metadata names it.'],
  )
}

function issuerAlone({value, source}: Sourced<string>): Problem {
  return problem(
    'AUTH_ISSUER_ALONE',
    source === 'flag' ? EXIT.usage : EXIT.configuration,
    `The issuer ${value} (from ${sourceName(source)}) was named without the API that accepts its tokens.`,
    ['Name that API, too, with --api-url or SUPERSET_API_URL.'],
  )
}
