/// <reference path="../types/oidc-provider.d.ts" />
import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {type AddressInfo} from 'node:net'
import {randomBytes} from 'node:crypto'
import {
  Changes,
  CLIENT_ID,
  type Endpoint,
  type Exchange,
  Faults,
  forwardTo,
  handleRevocation,
  handleToken,
  Journal,
  listen,
  SCOPES,
  standingDelay,
} from '@superset/sandbox/loopback'
import {exportJWK, generateKeyPair} from 'jose'
import type Provider from 'oidc-provider'
import {DEVICE_GRANT, DEVICE_PATH, deviceFlow, withInterval} from './device.ts'
import {handleInteraction} from './interaction.ts'
import {createMemory, type Memory} from './memory-adapter.ts'
import {type Quirks, quirkySettings, withQuirks} from './quirks.ts'
import {EXCHANGE_GRANT, registerTokenExchange, type WorkloadTrust} from './token-exchange.ts'

const DAY_SECONDS = 86_400

export interface OidcProviderOptions {
  readonly port?: number
  /** Lifetime of access tokens, in seconds; ten minutes unless given. */
  readonly accessTokenSeconds?: number
  /** The API that tokens are for; unless given, `<issuer>/api`. */
  readonly resource?: string
  readonly quirks?: Quirks
  /** What its device grant names as the time between two questions; nothing unless given. */
  readonly devicePollSeconds?: number
  /** Whose workloads' tokens it exchanges (RFC 8693); nobody's unless given. */
  readonly workloads?: readonly WorkloadTrust[]
  /** Delay of every token request, in milliseconds: before it is processed, and after it was committed. */
  readonly tokenDelayMs?: number | {readonly before?: number; readonly after?: number}
}

/** A certified OpenID provider on loopback, with other manners than the service's: a replay ends one session only. */
export interface OidcProvider extends AsyncDisposable {
  readonly url: string
  readonly resource: string
  readonly journal: Journal
  readonly faults: Readonly<Record<'device' | Exclude<Endpoint, 'api' | 'host' | 'relay'>, Faults>>
  readonly changes: Changes
  /** Lifetime of the access tokens granted from now on, in seconds. */
  setAccessTokenSeconds(seconds: number): void
  /** How many refresh tokens the provider would still accept, of all users. */
  liveRefreshTokens(): number
  close(): Promise<void>
}

/**
 * Starts the provider: public client `superset-cli`, any loopback port, PKCE, rotation, resource indicators (RFC 8707).
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startOidcProvider(options: OidcProviderOptions = {}): Promise<OidcProvider> {
  const listener = await listen(options.port ?? 0)
  const {url} = listener
  const resource = options.resource ?? `${url}/api`
  // Loaded here, not above: the scripted browser of this package starts no provider.
  const library = await import('oidc-provider')
  const {default: OpenIdProvider} = library
  const {quirks = {}} = options
  const memory = createMemory()
  const granted = {resource, accessTokenSeconds: options.accessTokenSeconds ?? 600}
  const settings = await configuration(granted, memory, options)
  const provider = new OpenIdProvider(url, {...settings, ...quirkySettings(quirks)})
  if (options.workloads) {
    const server = resourceServer(resource, granted.accessTokenSeconds)
    registerTokenExchange(provider, library, {trusts: options.workloads, url, resource, server})
  }

  const inner = await serveInner(provider)
  const handle = withQuirks(quirks, forwardTo((inner.address() as AddressInfo).port))
  const changes = new Changes()
  const journal = new Journal(changes)
  const faults = {
    token: new Faults(changes, standingDelay(options.tokenDelayMs)),
    revocation: new Faults(changes),
    metadata: new Faults(changes),
    device: new Faults(changes),
  }
  const server = {handle}
  listener.serve((exchange: Exchange) => {
    journal.countRequest()
    const {pathname} = new URL(exchange.request.url)
    if (pathname === '/token') return handleToken(exchange, {server, journal, faults: faults.token})
    if (pathname === '/token/revocation') {
      return handleRevocation(exchange, {server, journal, faults: faults.revocation})
    }

    if (pathname === DEVICE_PATH) {
      return faults.device.run(exchange, [], async () =>
        withInterval(await handle(exchange.request), options.devicePollSeconds),
      )
    }

    const process = () => handle(exchange.request)
    return pathname.startsWith('/.well-known/') ? faults.metadata.run(exchange, [], process) : process()
  })
  const close = async () => {
    for (const queue of Object.values(faults)) queue.clear()
    changes.end()
    await listener.close()
    if (!inner.listening) return
    inner.closeAllConnections()
    await once(inner.close(), 'close')
  }
  return {
    ...{url, resource, journal, faults, changes, close},
    setAccessTokenSeconds: (seconds) => (granted.accessTokenSeconds = seconds),
    liveRefreshTokens: () => memory.liveRefreshTokens(),
    [Symbol.asyncDispose]: close,
  }
}

/** The provider wants Node's own requests and answers; it gets them on a port that only we know of. */
async function serveInner(provider: Provider): Promise<Server> {
  const callback = provider.callback()
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response)
    handleInteraction(provider, request, response).catch((error: unknown) => {
      response.writeHead(400, {'content-type': 'text/plain'}).end(`${String(error)}\n`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** What tokens are granted for; it may change from one token to the next. */
interface Granted {
  readonly resource: string
  accessTokenSeconds: number
}

async function configuration(
  granted: Granted,
  memory: Memory,
  {quirks = {}, workloads: exchanges}: OidcProviderOptions,
): Promise<Record<string, unknown>> {
  const {lifetime, redirectUri = 'http://127.0.0.1/callback'} = quirks
  const {privateKey} = await generateKeyPair('RS256', {extractable: true})
  return {
    adapter: memory.adapter,
    jwks: {keys: [{...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig'}]},
    cookies: {keys: [randomBytes(32).toString('base64url')]},
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        // For an address on loopback any port is accepted (RFC 8252 7.3).
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT, ...(exchanges ? [EXCHANGE_GRANT] : [])],
        response_types: ['code'],
      },
    ],
    scopes: SCOPES,
    claims: {openid: ['sub'], profile: ['name'], email: ['email', 'email_verified']},
    pkce: {required: () => true},
    rotateRefreshToken: true,
    ttl: {
      AccessToken: () => granted.accessTokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: 600,
      RefreshToken: 14 * DAY_SECONDS,
      IdToken: 3600,
      Interaction: 3600,
      Session: DAY_SECONDS,
      Grant: 14 * DAY_SECONDS,
    },
    features: {
      devInteractions: {enabled: false},
      deviceFlow: deviceFlow(),
      rpInitiatedLogout: {enabled: false},
      revocation: {enabled: true, allowedPolicy: () => true},
      resourceIndicators: resourceIndicators(granted, lifetime ? 'opaque' : 'jwt'),
    },
    interactions: {url: (_: unknown, {uid}: {uid: string}) => `/interaction/${uid}`},
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({sub: accountId, email: accountId, email_verified: true, name: accountId.split('@')[0]}),
    }),
    clientBasedCORS: () => false,
    renderError(context: {type: string; body: string}, {error, error_description: text}: Record<string, string>) {
      context.type = 'text/plain'
      context.body = `${error}: ${text}\n`
    },
  }
}

function resourceIndicators(granted: Granted, accessTokenFormat: 'jwt' | 'opaque') {
  return {
    enabled: true,
    defaultResource: (_context: unknown, _client: unknown, oneOf?: string[]) => oneOf ?? granted.resource,
    useGrantedResource: () => true,
    getResourceServerInfo: (_context: unknown, audience: string) =>
      resourceServer(audience, granted.accessTokenSeconds, accessTokenFormat),
  }
}

function resourceServer(audience: string, accessTokenTTL: number, accessTokenFormat = 'jwt') {
  return {
    ...{scope: SCOPES.join(' '), audience, accessTokenFormat, accessTokenTTL},
    jwt: {sign: {alg: 'RS256'}},
  }
}
