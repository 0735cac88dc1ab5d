import {type ApproveOptions, obtainTokens, type Sandbox} from '../../src/index.ts'

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

/** Signs in through the pages and exchanges the code. */
export async function signIn(sandbox: Sandbox, options: ApproveOptions = {}): Promise<Tokens> {
  return tokensOf({...(await obtainTokens(sandbox.url, options))})
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
