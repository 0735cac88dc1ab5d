import {type DatabaseSync} from 'node:sqlite'
import {randomBytes, randomUUID, scryptSync, timingSafeEqual} from 'node:crypto'
import {apiKey} from '@better-auth/api-key'
import {
  oauthProvider,
  oauthProviderAuthServerMetadata,
  oauthProviderOpenIdConfigMetadata,
} from '@better-auth/oauth-provider'
import {betterAuth} from 'better-auth'
import {getMigrations} from 'better-auth/db/migration'
import {bearer} from 'better-auth/plugins/bearer'
import {jwt} from 'better-auth/plugins/jwt'
import {organization} from 'better-auth/plugins/organization'
import {type JSONWebKeySet} from 'jose'
import {CLIENT_ID, SCOPES} from './credentials.ts'
import {issuerSecret} from './database.ts'
import {organizationClaims, organizationIdsOf} from './memberships.ts'

const REDIRECT_PORTS = [51_789, 51_790, 51_791, 51_792, 51_793]
const DAY_SECONDS = 86_400

/** Who a browser's cookie or an API key stands for. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  /** The organization chosen in this browser session; API keys have none. */
  readonly activeOrganizationId?: string
}

/** What the rest of the service needs of the authorization server that it is. */
export interface AuthorizationServer {
  /** Answers everything below `/api/auth/`. */
  handle(request: Request): Promise<Response>
  openIdConfiguration(request: Request): Promise<Response>
  oauthMetadata(request: Request): Promise<Response>
  keys(): Promise<JSONWebKeySet>
  /**
   * The account behind a cookie, a session token or an `x-api-key` header.
   * @throws APIError "Invalid API key." for a wrong key
   */
  account(headers: Headers): Promise<Account | undefined>
  createAccount(account: {name: string; email: string; password: string}): Promise<string>
  createApiKey(userId: string, name: string): Promise<string>
  /** Remembers in the browser's session which organization the person chose; the token's claim follows it. */
  chooseOrganization(headers: Headers, organizationId: string): Promise<void>
  /** Lifetime of the access tokens granted from now on, in seconds. */
  setAccessTokenSeconds(seconds: number): void
}

export interface AuthorizationServerOptions {
  readonly url: string
  readonly database: DatabaseSync
  readonly accessTokenSeconds: number
  readonly rateLimit: boolean
  readonly pairwise: boolean
}

/** The authorization server with the service's own configuration, on this origin; its tables and client are made. */
export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const provider = configureProvider(options)
  const auth = configureAuth(options, provider)
  await (await getMigrations(auth.options)).runMigrations()
  await registerClient(auth, options)
  return {
    handle: (request) => auth.handler(request),
    openIdConfiguration: oauthProviderOpenIdConfigMetadata(auth),
    oauthMetadata: oauthProviderAuthServerMetadata(auth),
    keys: () => auth.api.getJwks(),
    async account(headers) {
      const found = await auth.api.getSession({headers})
      if (!found) return undefined
      const {id, email, name} = found.user
      const active = found.session.activeOrganizationId
      return {id, email, name, ...(active ? {activeOrganizationId: active} : {})}
    },
    async createAccount(account) {
      const {user} = await auth.api.signUpEmail({body: account})
      return user.id
    },
    createApiKey: async (userId, name) => (await auth.api.createApiKey({body: {userId, name}})).key,
    async chooseOrganization(headers, organizationId) {
      await auth.api.setActiveOrganization({headers, body: {organizationId}})
    },
    setAccessTokenSeconds(seconds) {
      provider.options.accessTokenExpiresIn = seconds
    },
  }
}

function configureProvider({accessTokenSeconds, database, pairwise, url}: AuthorizationServerOptions) {
  return oauthProvider({
    loginPage: `${url}/sign-in`,
    consentPage: `${url}/oauth/consent`,
    validAudiences: [url, `${url}/`],
    accessTokenExpiresIn: accessTokenSeconds,
    refreshTokenExpiresIn: 30 * DAY_SECONDS,
    ...(pairwise && {pairwiseSecret: issuerSecret(database)}),
    allowDynamicClientRegistration: true,
    allowUnauthenticatedClientRegistration: true,
    // The organization is chosen on the consent page itself, so nothing is asked before it.
    postLogin: {
      page: `${url}/oauth/consent`,
      shouldRedirect: () => false,
      consentReferenceId: ({session}) => (session['activeOrganizationId'] as string | null) ?? undefined,
    },
    customAccessTokenClaims: ({user, referenceId}) => (user ? organizationClaims(database, user.id, referenceId) : {}),
    silenceWarnings: {oauthAuthServerConfig: true, openidConfig: true},
  })
}

function configureAuth(options: AuthorizationServerOptions, provider: ReturnType<typeof configureProvider>) {
  const {url, database} = options
  return betterAuth({
    appName: 'Superset',
    baseURL: url,
    secret: issuerSecret(database),
    database,
    trustedOrigins: [url],
    logger: {disabled: true},
    telemetry: {enabled: false},
    // Unexpected errors reach our own handler, which answers 500; the library would print them.
    onAPIError: {errorURL: `${url}/error`, throw: true},
    rateLimit: {enabled: options.rateLimit},
    advanced: {
      database: {generateId: () => randomUUID()},
      ipAddress: {ipAddressHeaders: ['x-sandbox-peer']},
    },
    emailAndPassword: {enabled: true, password: {hash: hashPassword, verify: verifyPassword}},
    user: {
      additionalFields: {
        onboardedAt: {type: 'date', required: false, input: false},
        deletionRequestedAt: {type: 'date', required: false, input: false},
        deletedAt: {type: 'date', required: false, input: false},
      },
    },
    plugins: [
      organization(),
      apiKey({
        enableMetadata: true,
        enableSessionForAPIKeys: true,
        defaultPrefix: 'sk_live_',
        rateLimit: {enabled: false},
      }),
      jwt({
        jwks: {keyPairConfig: {alg: 'RS256'}},
        jwt: {
          issuer: url,
          audience: url,
          expirationTime: '1h',
          // What `/api/auth/token` gives to who has a key: with it the relay is asked.
          definePayload: ({user}) => ({email: user.email, organizationIds: organizationIdsOf(database, user.id)}),
        },
      }),
      provider,
      bearer(),
    ],
  })
}

async function registerClient(
  auth: ReturnType<typeof configureAuth>,
  {pairwise, url}: AuthorizationServerOptions,
): Promise<void> {
  const {adapter} = await auth.$context
  const where = [{field: 'clientId', value: CLIENT_ID}]
  const client = {
    clientId: CLIENT_ID,
    name: 'Superset CLI',
    public: true,
    type: 'native',
    tokenEndpointAuthMethod: 'none',
    requirePKCE: true,
    redirectUris: [...REDIRECT_PORTS.map((port) => `http://127.0.0.1:${port}/callback`), `${url}/cli/auth/code`],
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    scopes: SCOPES,
    subjectType: pairwise ? 'pairwise' : 'public',
    updatedAt: new Date(),
  }
  // A kept database may come back on another port, and with it another paste page.
  if (await adapter.findOne({model: 'oauthClient', where})) {
    await adapter.update({model: 'oauthClient', where, update: client})
  } else {
    await adapter.create({model: 'oauthClient', data: {...client, createdAt: new Date()}})
  }
}

/** A cheap cost factor: the accounts are made up, and every test signs in. */
const SCRYPT_COST = {N: 1024}

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('hex')}:${scryptSync(password, salt, 32, SCRYPT_COST).toString('hex')}`
}

async function verifyPassword({hash, password}: {hash: string; password: string}): Promise<boolean> {
  const [salt = '', expected = ''] = hash.split(':')
  const actual = scryptSync(password, Buffer.from(salt, 'hex'), 32, SCRYPT_COST)
  return timingSafeEqual(actual, Buffer.from(expected, 'hex'))
}
