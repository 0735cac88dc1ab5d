import {createHash, randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {IdentityRequest, LoginOptions, LoginResult} from '../../../src/index.ts'
import type {Behaviour} from './behaviour.ts'
import * as problems from './problems.ts'
import {claimsOf, revoke} from './renew.ts'
import {locked, read, write, type Stored} from './store.ts'

type Metadata = Readonly<Record<string, string>>

interface Secrets {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

const secret = () => randomBytes(32).toString('base64url')

/** Authorization code with PKCE on a loopback address. @throws Problem AUTH_* */
export async function signIn(
  request: IdentityRequest,
  options: LoginOptions,
  behaviour: Behaviour,
): Promise<LoginResult> {
  const issuer = request.issuer?.value ?? request.apiUrl.value
  const metadata = await discover(issuer)
  const signal = behaviour.signalOf(options)
  const secrets = {state: secret(), nonce: secret(), verifier: secret()}
  const {code, redirectUri} = await ask(request, metadata, secrets, signal, behaviour)
  const stored = await redeem(request, metadata, secrets, {code, redirectUri})
  try {
    if (signal?.aborted) throw problems.cancelled()
    await keep(request, stored, options, behaviour)
  } catch (error) {
    await revoke(stored)
    throw error
  }

  const {account, apiUrl, subject} = stored
  const {profile} = request
  return {profile, issuer, apiUrl, scheme: 'bearer', storage: 'file', subject, account}
}

async function discover(issuer: string): Promise<Metadata> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  const metadata = (await response.json()) as Metadata
  if (metadata['issuer'] === issuer) return metadata
  throw problems.misconfigured(`Issuer mismatch: expected ${issuer}`)
}

/** The callback server: the first answer with our state counts, whatever else calls changes nothing. */
async function ask(
  request: IdentityRequest,
  metadata: Metadata,
  {nonce, state, verifier}: Secrets,
  signal: AbortSignal | undefined,
  {isOurs}: Behaviour,
): Promise<{code: string; redirectUri: string}> {
  const answer = Promise.withResolvers<URLSearchParams>()
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', redirectUri)
    const expected = incoming.method === 'GET' && url.pathname === '/callback' && incoming.headers.host === url.host
    if (!expected || !isOurs(url.searchParams.get('state'), state)) return response.writeHead(404).end()
    answer.resolve(url.searchParams)
    return response.end('You can close this page.')
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  const cancel = () => answer.reject(problems.cancelled())
  signal?.addEventListener('abort', cancel)
  const url = new URL(metadata['authorization_endpoint'] ?? '')
  const parameters = {
    ...{client_id: request.clientId.value, response_type: 'code', redirect_uri: redirectUri, state, nonce},
    ...{scope: 'openid email offline_access', resource: request.apiUrl.value, code_challenge_method: 'S256'},
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  request.tell(`Sign in here: ${url.href}`)
  try {
    const found = await answer.promise
    if (found.get('iss') !== metadata['issuer']) throw problems.denied('another issuer answered')
    const error = found.get('error')
    if (error !== null) throw problems.denied(error)
    return {code: found.get('code') ?? '', redirectUri}
  } finally {
    signal?.removeEventListener('abort', cancel)
    server.close()
    // The person's page is being answered; what is kept open beside it is not waited for.
    setTimeout(() => server.closeAllConnections(), 50).unref()
  }
}

async function redeem(
  request: IdentityRequest,
  metadata: Metadata,
  {nonce, verifier}: Secrets,
  {code, redirectUri}: {readonly code: string; readonly redirectUri: string},
): Promise<Stored> {
  const body = new URLSearchParams({
    ...{grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier},
    ...{client_id: request.clientId.value, resource: request.apiUrl.value},
  })
  const tokenEndpoint = metadata['token_endpoint'] ?? ''
  const response = await fetch(tokenEndpoint, {method: 'POST', body, redirect: 'manual'})
  if (response.status !== 200) throw response.status >= 500 ? problems.unreachable() : problems.denied('refused')
  const answer = (await response.json()) as Readonly<Record<string, string>>
  const {aud, email, iss, nonce: answered, sub} = claimsOf(answer['id_token'] ?? '')
  if (iss !== metadata['issuer'] || aud !== request.clientId.value || answered !== nonce)
    throw problems.denied('the ID token is not for this sign-in')
  return {
    ...{issuer: String(iss), apiUrl: request.apiUrl.value, clientId: request.clientId.value, tokenEndpoint},
    ...{revocationEndpoint: metadata['revocation_endpoint'] ?? '', subject: String(sub), account: String(email)},
    ...{accessToken: answer['access_token'] ?? '', refreshToken: answer['refresh_token'] ?? ''},
    expiresAt: Date.now() + Number(answer['expires_in']) * 1000,
  }
}

async function keep(
  request: IdentityRequest,
  stored: Stored,
  {replace}: LoginOptions,
  {fileMode}: Behaviour,
): Promise<void> {
  await locked(request, 'write', async () => {
    const before = await read(request)
    if (before && before.subject !== stored.subject && replace !== true)
      throw problems.denied(`signed in as ${stored.account}, the profile is ${before.account}`)
    await write(request, stored, fileMode)
  })
}
