import type {IncomingMessage, ServerResponse} from 'node:http'
import {randomBytes} from 'node:crypto'
import {type Answer, answerApi, type ApiRequest, credentialOf} from './protected-api.ts'
import {type Endpoint, type Fault, Faults} from './faults.ts'
import {type Account, Grants, Refusal} from './grants.ts'
import {bodyOf, LoopbackServer, type ReceivedRequest} from './server.ts'
import {type Algorithm, jwks, signJwt} from './signing.ts'

const ADA: Account = {subject: 'user-ada', email: 'ada@example.test'}
export const GRACE: Account = {subject: 'user-grace', email: 'grace@example.test'}

export interface TokenSet {
  readonly accessToken: string
  readonly refreshToken: string
  readonly account: Account
}

/** A request as a failure tells it. */
export interface SeenRequest {
  readonly endpoint: Endpoint
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** What it brought, without a secret. */
  readonly note?: string | undefined
  /** What became of it so far: a status, or words. */
  outcome: string
}

/** An OpenID issuer and the API that takes its tokens, on one loopback address. It can be told to do wrong. */
export class Issuer implements AsyncDisposable {
  readonly grants = new Grants()
  /** Refresh tokens that reached the token endpoint, in order, whatever came of it. */
  readonly presented: string[] = []
  /** Tokens that reached the revocation endpoint. */
  readonly revoked: string[] = []
  readonly apiRequests: ApiRequest[] = []
  readonly authorizations: URLSearchParams[] = []
  readonly requests: SeenRequest[] = []
  /** Who approves a sign-in. */
  account = ADA
  /** Seconds for which an access token is issued. */
  lifetimeSeconds = 3600
  algorithm: Algorithm = 'RS256'
  /** Issuer that the metadata and the authorization responses name; itself unless set. */
  namedInMetadata: string | undefined
  namedInResponse: string | undefined
  /** Where the metadata says that tokens are to be had. */
  tokenEndpoint: string
  readonly apiKeys = new Set<string>()
  readonly #faults = new Faults()
  readonly #reached = new Map<Endpoint, PromiseWithResolvers<void>>()
  readonly #server: LoopbackServer

  private constructor(server: LoopbackServer) {
    this.#server = server
    this.tokenEndpoint = `${server.url}/token`
  }

  static async open(): Promise<Issuer> {
    const server = await LoopbackServer.open((request, response) => {
      issuer.#serve(request, response).catch((error: unknown) => response.destroy(error as Error))
    })
    const issuer = new Issuer(server)
    return issuer
  }

  get url(): string {
    return this.#server.url
  }

  /** From now on, or for so many requests, this goes wrong. */
  fail(endpoint: Endpoint, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#faults.set(endpoint, fault, times)
  }

  mend(endpoint: Endpoint): void {
    this.#faults.mend(endpoint)
  }

  /** Resolves with the next request for this endpoint. */
  reached(endpoint: Endpoint): Promise<void> {
    const waiting = this.#reached.get(endpoint) ?? Promise.withResolvers<void>()
    this.#reached.set(endpoint, waiting)
    return waiting.promise
  }

  count(endpoint: Endpoint): number {
    return this.requests.filter((request) => request.endpoint === endpoint).length
  }

  apiKey(): string {
    const key = `sk_live_${randomBytes(24).toString('base64url')}`
    this.apiKeys.add(key)
    this.grants.secrets.add(key)
    return key
  }

  /** A session that was granted before, whose access token has so many seconds to live; none and fewer: it has ended. */
  grant(secondsLeft: number, account = this.account): TokenSet {
    const accessToken = this.#accessToken(account, Date.now() + secondsLeft * 1000)
    return {accessToken, refreshToken: this.grants.issueRefreshToken(account), account}
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = {
      ...{method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers},
      body: await bodyOf(request),
    }
    const endpoint = endpointOf(received.path)
    const seen = this.#note(endpoint, received)
    const fault = this.#faults.take(endpoint)
    this.#reached.get(endpoint)?.resolve()
    this.#reached.delete(endpoint)
    if (fault?.kind === 'answer') {
      seen.outcome = String(fault.status)
      return void response.writeHead(fault.status, fault.headers).end(fault.body)
    }

    if (fault?.kind === 'held') await fault.until
    const answer = this.#answer(endpoint, received)
    seen.outcome =
      fault?.kind === 'lost' || fault?.kind === 'cut' ? `${answer.status}, ${fault.kind}` : `${answer.status}`
    if (fault?.kind === 'lost') return void request.socket.resetAndDestroy()
    const body = fault?.kind === 'changed' ? fault.change(answer.body as Record<string, unknown>) : answer.body
    const text = body === undefined ? '' : JSON.stringify(body)
    response.writeHead(answer.status, {
      ...{'content-type': 'application/json', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text)},
      ...answer.headers,
    })
    if (fault?.kind !== 'cut') return void response.end(text)
    response.write(text.slice(0, text.length / 2), () => response.destroy())
  }

  #note(endpoint: Endpoint, received: ReceivedRequest): SeenRequest {
    const form = new URLSearchParams(received.body)
    const credential = credentialOf(received.headers)
    const expired = this.grants.hasExpired(credential ?? '')
    const grant = form.get('grant_type') ?? undefined
    const note = endpoint === 'api' ? (expired ? 'expired credential' : undefined) : grant
    const seen = {endpoint, method: received.method, path: received.path, note, outcome: 'no answer'}
    this.requests.push(seen)
    if (endpoint === 'token' && form.get('grant_type') === 'refresh_token')
      this.presented.push(form.get('refresh_token') ?? '')
    if (endpoint === 'revoke') this.revoked.push(form.get('token') ?? '')
    if (endpoint === 'api') this.apiRequests.push({...received, credential, expired})
    return seen
  }

  #answer(endpoint: Endpoint, received: ReceivedRequest): Answer {
    switch (endpoint) {
      case 'api':
        return answerApi(received, this)
      case 'authorize':
        return this.#authorize(new URL(received.path, this.url).searchParams)
      case 'credential':
        return {status: 200, body: this.#credential()}
      case 'jwks':
        return {status: 200, body: jwks(this.algorithm)}
      case 'metadata':
        return {status: 200, body: this.#metadata(received.path)}
      case 'revoke':
        this.grants.revoke(new URLSearchParams(received.body).get('token') ?? '')
        return {status: 200}
      case 'token':
        return this.#token(new URLSearchParams(received.body))
    }
  }

  /** The person's decision comes with the request: no page is needed to click on. */
  #authorize(parameters: URLSearchParams): Answer {
    this.authorizations.push(parameters)
    const redirect = new URL(parameters.get('redirect_uri') ?? 'http://127.0.0.1:9/')
    const denied = parameters.get('decision') === 'deny'
    const answer = {
      ...(denied ? {error: 'access_denied'} : {code: this.grants.issueCode(this.account, parameters)}),
      state: parameters.get('state') ?? '',
      iss: this.namedInResponse ?? this.url,
    }
    for (const [name, value] of Object.entries(answer)) redirect.searchParams.set(name, value)
    return {status: 302, headers: {location: redirect.href}}
  }

  #token(form: URLSearchParams): Answer {
    try {
      if (form.get('grant_type') === 'refresh_token')
        return this.#tokens(this.grants.spend(form.get('refresh_token') ?? ''))
      const {account, nonce} = this.grants.redeem(form)
      return this.#tokens(account, {aud: form.get('client_id'), ...(nonce !== undefined && {nonce})})
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return {status: 400, body: {error: error.error, error_description: error.message}}
    }
  }

  #tokens(account: Account, claims: Readonly<Record<string, unknown>> = {}): Answer {
    const issuedAt = Math.floor(Date.now() / 1000)
    const idToken = {
      ...{iss: this.url, sub: account.subject, email: account.email, iat: issuedAt, exp: issuedAt + 300},
      ...claims,
    }
    return {
      status: 200,
      body: {
        access_token: this.#accessToken(account, Date.now() + this.lifetimeSeconds * 1000),
        refresh_token: this.grants.issueRefreshToken(account),
        token_type: 'Bearer',
        expires_in: this.lifetimeSeconds,
        scope: 'openid profile email offline_access',
        ...('aud' in claims && {id_token: signJwt(idToken, this.algorithm)}),
      },
    }
  }

  #credential(): Record<string, unknown> {
    const expiresAt = Date.now() + this.lifetimeSeconds * 1000
    return {token: this.#accessToken(this.account, expiresAt), expiresAt: new Date(expiresAt).toISOString()}
  }

  #accessToken({subject, email}: Account, expiresAt: number): string {
    const claims = {
      ...{iss: this.url, aud: this.url, sub: subject, email, jti: randomBytes(12).toString('base64url')},
      ...{iat: Math.floor(Date.now() / 1000), exp: Math.floor(expiresAt / 1000)},
    }
    const token = signJwt(claims, 'ES256')
    this.grants.keepAccessToken(token, {subject, email}, expiresAt)
    return token
  }

  #metadata(path: string): Record<string, unknown> {
    const {url} = this
    if (path.startsWith('/.well-known/oauth-protected-resource')) return {resource: url, authorization_servers: [url]}
    return {
      issuer: this.namedInMetadata ?? url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: this.tokenEndpoint,
      revocation_endpoint: `${url}/revoke`,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [this.algorithm],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    }
  }
}

function endpointOf(path: string): Endpoint {
  const {pathname} = new URL(path, 'http://localhost')
  const named = {'/authorize': 'authorize', '/token': 'token', '/revoke': 'revoke', '/jwks': 'jwks'} as const
  if (pathname in named) return named[pathname as keyof typeof named]
  if (pathname.startsWith('/.well-known/')) return 'metadata'
  return pathname === '/credential' ? 'credential' : 'api'
}
