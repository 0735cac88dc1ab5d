import {createHash, randomBytes} from 'node:crypto'
import {approve, type ApproveOptions, type Sandbox} from '../../src/index.ts'

export const SCOPE = 'openid profile email offline_access'

/** What the token endpoint answers. */
export interface TokenAnswer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** The tokens of one sign-in. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** An authorization request (RFC 6749 4.1.1 with PKCE), ready to be approved. */
export function authorizationRequest(sandbox: Sandbox, extra: Record<string, string> = {}) {
  const verifier = randomBytes(48).toString('base64url')
  const redirectUri = `${sandbox.url}/cli/auth/code`
  const url = new URL('/api/auth/oauth2/authorize', sandbox.url)
  url.search = new URLSearchParams({
    client_id: 'superset-cli',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: SCOPE,
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'consent',
    resource: sandbox.url,
    ...extra,
  }).toString()
  return {url, verifier, redirectUri: extra['redirect_uri'] ?? redirectUri}
}

/** Signs in through the pages and exchanges the code. */
export async function signIn(sandbox: Sandbox, options: ApproveOptions = {}): Promise<Tokens> {
  const {url, verifier, redirectUri} = authorizationRequest(sandbox)
  const {redirect} = await approve(url, {...options, follow: false})
  const {body} = await askToken(sandbox, {
    grant_type: 'authorization_code',
    code: redirect.searchParams.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: redirectUri,
    resource: sandbox.url,
  })
  return tokensOf(body)
}

export function tokensOf(body: Record<string, unknown>): Tokens {
  return {accessToken: String(body['access_token']), refreshToken: String(body['refresh_token'])}
}

export async function refresh(sandbox: Sandbox, refreshToken: string): Promise<TokenAnswer> {
  return askToken(sandbox, {grant_type: 'refresh_token', refresh_token: refreshToken, resource: sandbox.url})
}

export async function askToken(sandbox: Sandbox, parameters: Record<string, string>): Promise<TokenAnswer> {
  const form = new URLSearchParams({client_id: 'superset-cli', ...parameters})
  const response = await fetch(`${sandbox.url}/api/auth/oauth2/token`, {method: 'POST', body: form})
  return {status: response.status, body: JSON.parse((await response.text()) || '{}')}
}

export async function revoke(sandbox: Sandbox, refreshToken: string): Promise<number> {
  const form = new URLSearchParams({
    token: refreshToken,
    token_type_hint: 'refresh_token',
    client_id: 'superset-cli',
  })
  const response = await fetch(`${sandbox.url}/api/auth/oauth2/revoke`, {method: 'POST', body: form})
  await response.body?.cancel()
  return response.status
}

/** The claims of a JWT, unverified. */
export function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
}

export interface ApiAnswer {
  readonly status: number
  /** The `json` member of the result. */
  readonly data: unknown
  readonly message: string | undefined
}

/** One call in the single form; with `body` a mutation, otherwise a query. */
export async function callApi(
  sandbox: Sandbox,
  procedure: string,
  {headers = {}, input, body}: {headers?: Record<string, string>; input?: unknown; body?: unknown} = {},
): Promise<ApiAnswer> {
  const url = new URL(`/api/trpc/${procedure}`, sandbox.url)
  if (input !== undefined) url.searchParams.set('input', JSON.stringify({json: input}))
  const mutation = {method: 'POST', body: JSON.stringify({json: body})}
  const response = await fetch(url, {
    headers: {...headers, ...(body === undefined ? {} : {'content-type': 'application/json'})},
    ...(body === undefined ? {} : mutation),
  })
  const answer = (await response.json()) as {
    result?: {data: {json: unknown}}
    error?: {json: {message: string}}
  }
  return {status: response.status, data: answer.result?.data.json, message: answer.error?.json.message}
}

/** Headers for a bearer token or an API key, and an organization if one is given. */
export function credentials(secret: string, organization?: string): Record<string, string> {
  const credential: Record<string, string> = secret.startsWith('sk_live_')
    ? {'x-api-key': secret}
    : {authorization: `Bearer ${secret}`}
  return organization ? {...credential, 'x-superset-organization-id': organization} : credential
}
