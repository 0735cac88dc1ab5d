import type {Problem} from '@superset/identity'
import {EXIT} from '@superset/identity'
import {problem} from '../problem.ts'
import {parseObject} from './answer.ts'
import {DiscoveryCache} from './discovery-cache.ts'
import {type HttpResponse, type Transport, send as sendNow} from './http-request.ts'
import {isSecure} from '@superset/identity/network'

/** An issuer's metadata (OpenID Connect Discovery 3, RFC 8414 2), checked. */
export interface ServerMetadata {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly authorizationEndpoint?: string
  readonly revocationEndpoint?: string
  /** OpenID Connect Core 5.3; absent where the access token could not be sent there. */
  readonly userinfoEndpoint?: string
  /** RFC 8628 4; absent where devices cannot sign in. */
  readonly deviceAuthorizationEndpoint?: string
  /** True when it issues ID tokens. */
  readonly openid: boolean
  /** RFC 9207: every authorization response names its issuer. */
  readonly namesIssuer: boolean
  /** As the server wrote it. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface DiscoverOptions {
  /** Where the answer is kept for a day. */
  readonly homeDir: string
  /** True: ask the server, whatever is kept. */
  readonly fresh?: boolean
  readonly send?: Transport
  readonly now?: () => number
}

/**
 * Asks an issuer for its metadata: OpenID Connect's address first, then RFC 8414's, in the forms that are in use.
 * @throws Problem AUTH_ISSUER_MISMATCH, AUTH_ENDPOINT_INSECURE, AUTH_DISCOVERY (78), AUTH_UNREACHABLE (75);
 * NetworkFailure
 */
export async function discover(issuer: string, options: DiscoverOptions): Promise<ServerMetadata> {
  const {homeDir, fresh = false, send = sendNow, now = Date.now} = options
  const cache = new DiscoveryCache(homeDir, now)
  const kept = fresh ? undefined : await cache.read(issuer)
  if (kept && kept['issuer'] === issuer) return check(issuer, kept)
  const document = await ask(issuer, send)
  const metadata = check(issuer, document)
  await cache.write(issuer, document)
  return metadata
}

/** The first document that is the issuer's own; else the first one, whose name `check` refuses. */
async function ask(issuer: string, send: Transport): Promise<Record<string, unknown>> {
  let other: Record<string, unknown> | undefined
  for (const url of metadataUrls(issuer)) {
    const answer = await send({method: 'GET', url, headers: {accept: 'application/json'}})
    const document = read(answer, issuer)
    if (document?.['issuer'] === issuer) return document
    other ??= document
  }

  if (other) return other

  throw problem(
    'AUTH_DISCOVERY',
    EXIT.configuration,
    `${issuer} publishes no OpenID or OAuth metadata.`,
    ['Check the address of the issuer.'],
    {issuer},
  )
}

/**
 * OpenID Connect appends to the path of the issuer, RFC 8414 3.1 inserts before it. Some servers append in both cases, and
 * some have one document for the whole host.
 */
export function metadataUrls(issuer: string): readonly string[] {
  const {origin, pathname} = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const oauth = '/.well-known/oauth-authorization-server'
  return [
    ...new Set([
      `${origin}${path}/.well-known/openid-configuration`,
      `${origin}${oauth}${path}`,
      `${origin}${path}${oauth}`,
      `${origin}${oauth}`,
    ]),
  ]
}

function read({status, headers, body}: HttpResponse, issuer: string): Record<string, unknown> | undefined {
  if (status === 429 || status >= 500) throw unavailable(issuer, `HTTP ${status}`)
  if (status !== 200) return undefined
  const document = parseObject(body)
  if (!document && headers['content-type']?.includes('html'))
    throw unavailable(issuer, 'a web page came instead of its metadata: captive portal or proxy?')
  return document
}

function unavailable(issuer: string, why: string): Problem {
  return problem(
    'AUTH_UNREACHABLE',
    EXIT.temporary,
    `${issuer} is temporarily unavailable (${why}).`,
    ['Check the network, then run the command again.'],
    {issuer},
  )
}

/** Row 44: another issuer's metadata would send the credentials there (RFC 8414 3.3). */
export function issuerMismatch(issuer: string, document: Record<string, unknown>): Problem {
  return problem(
    'AUTH_ISSUER_MISMATCH',
    EXIT.configuration,
    `Issuer mismatch: expected ${issuer}, got ${shown(document['issuer'])}.`,
    ['Name the issuer exactly as its metadata does.'],
    {issuer},
  )
}

function check(issuer: string, document: Record<string, unknown>): ServerMetadata {
  if (document['issuer'] !== issuer) throw issuerMismatch(issuer, document)
  const authorizationEndpoint = endpoint(issuer, document, 'authorization_endpoint')
  const revocationEndpoint = endpoint(issuer, document, 'revocation_endpoint')
  const deviceAuthorizationEndpoint = endpoint(issuer, document, 'device_authorization_endpoint')
  const tokenEndpoint = endpoint(issuer, document, 'token_endpoint')
  if (!tokenEndpoint) {
    throw problem(
      'AUTH_DISCOVERY',
      EXIT.configuration,
      `The metadata of ${issuer} names no token endpoint.`,
      ['Check the address of the issuer.'],
      {issuer},
    )
  }

  const userinfo = document['userinfo_endpoint']
  const userinfoEndpoint = typeof userinfo === 'string' && isSecureUrl(userinfo) ? userinfo : undefined
  return {
    issuer,
    tokenEndpoint,
    ...(userinfoEndpoint && {userinfoEndpoint}),
    ...(authorizationEndpoint && {authorizationEndpoint}),
    ...(revocationEndpoint && {revocationEndpoint}),
    ...(deviceAuthorizationEndpoint && {deviceAuthorizationEndpoint}),
    openid: Array.isArray(document['id_token_signing_alg_values_supported']),
    namesIssuer: document['authorization_response_iss_parameter_supported'] === true,
    document,
  }
}

function endpoint(issuer: string, document: Record<string, unknown>, name: string): string | undefined {
  const value = document[name]
  if (typeof value !== 'string') return undefined
  if (isSecureUrl(value)) return value
  throw problem(
    'AUTH_ENDPOINT_INSECURE',
    EXIT.configuration,
    `The ${name} of ${issuer} is not an https address: ${shown(value)}.`,
    ['Ask the administrator of the issuer.'],
    {issuer},
  )
}

function isSecureUrl(value: string): boolean {
  return URL.canParse(value) && isSecure(new URL(value))
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\p{C}+/gu, ' ').slice(0, 200) : 'none'
}
