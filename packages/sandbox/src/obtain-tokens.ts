import {createHash, randomBytes} from 'node:crypto'
import {approve, type ApproveOptions} from './approve.ts'
import {CLIENT_ID, SCOPES} from './credentials.ts'

/** The token endpoint's answer (RFC 6749 5.1), as the service writes it. */
export interface TokenResponse {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  /** Seconds. */
  readonly expires_in: number
  /** Seconds since 1970. */
  readonly expires_at: number
  readonly scope: string
  readonly token_type: string
}

/** An authorization request of the CLI (RFC 6749 4.1.1 with PKCE), ready to be approved. */
export function authorizationRequest(issuer: string, extra: Readonly<Record<string, string>> = {}) {
  const verifier = randomBytes(48).toString('base64url')
  const redirectUri = extra['redirect_uri'] ?? `${issuer}/cli/auth/code`
  const url = new URL('/api/auth/oauth2/authorize', issuer)
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: SCOPES.join(' '),
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'consent',
    resource: issuer,
    ...extra,
  }).toString()
  return {url, verifier, redirectUri}
}

/**
 * Signs in through the sandbox's pages and exchanges the code: a session for tests that are about something else.
 * @throws Error when the sign-in or the exchange is refused
 */
export async function obtainTokens(issuer: string, options: ApproveOptions = {}): Promise<TokenResponse> {
  const {url, verifier, redirectUri} = authorizationRequest(issuer)
  const {redirect} = await approve(url, {...options, follow: false})
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: CLIENT_ID,
    code: redirect.searchParams.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: redirectUri,
    resource: issuer,
  })
  const response = await fetch(`${issuer}/api/auth/oauth2/token`, {method: 'POST', body: form})
  if (!response.ok) throw new Error(`The code was refused (${response.status}): ${await response.text()}`)
  return (await response.json()) as TokenResponse
}
