import {type DatabaseSync} from 'node:sqlite'
import {createContextFactory} from './api/context.ts'
import {API_PATH, handleApi} from './api/router.ts'
import {type AuthorizationServer} from './authorization-server.ts'
import {SCOPES} from './credentials.ts'
import {handleControl} from './control.ts'
import {type Exchange, type Handler} from './http.ts'
import {CODE_PATH, codePage} from './pages/code.ts'
import {consentPage, decide} from './pages/consent.ts'
import {homePage} from './pages/home.ts'
import {errorPage, problemPage} from './pages/problem.ts'
import {signIn, signInPage} from './pages/sign-in.ts'
import {type Sandbox} from './model.ts'
import {type TrustedIssuers} from './trusted-issuers.ts'
import {handleRevocation, handleToken, REVOCATION_PATH, TOKEN_PATH} from './token-endpoint.ts'

interface Parts {
  readonly sandbox: Sandbox
  readonly database: DatabaseSync
  readonly server: AuthorizationServer
  readonly trusted: TrustedIssuers
}

type Route = (exchange: Exchange) => Promise<Response | undefined> | Response | undefined

/** The whole service behind one origin: issuer, API, and the pages for people. */
export function createService({sandbox, database, server, trusted}: Parts): Handler {
  const {url, journal, faults, feedback, hosts, relay} = sandbox
  const services = {url, database, server}
  const surroundings = {database, feedback, hosts, relayUrl: relay.url}
  const createContext = createContextFactory(url, {server, trusted, ...surroundings})
  const exact: Readonly<Record<string, Route>> = {
    'GET /': async ({request}) => homePage(url, (await server.account(request.headers))?.email),
    'GET /sign-in': (exchange) => signInPage(exchange),
    'POST /sign-in': (exchange) => signIn(exchange, url, server),
    'GET /oauth/consent': (exchange) => consentPage(exchange, services),
    'POST /oauth/consent': (exchange) => decide(exchange, services),
    [`GET ${CODE_PATH}`]: codePage,
    'GET /error': errorPage,
    [`POST ${TOKEN_PATH}`]: (exchange) => handleToken(exchange, {server, journal, faults: faults.token}),
    [`POST ${REVOCATION_PATH}`]: (exchange) => handleRevocation(exchange, {server, journal, faults: faults.revocation}),
  }
  // In this order; the first prefix that fits.
  const prefixes: readonly (readonly [string, Route])[] = [
    ['/__sandbox', (exchange) => handleControl(exchange, sandbox)],
    [`${API_PATH}/`, (exchange) => handleApi(exchange, {createContext, journal, faults: faults.api})],
    ['/api/auth/', ({request}) => server.handle(request)],
    [
      '/.well-known/',
      (exchange) => faults.metadata.run(exchange, [], () => metadata(exchange.request, url, {server, trusted})),
    ],
  ]
  return async (exchange) => {
    const {method} = exchange.request
    const {pathname} = new URL(exchange.request.url)
    if (!pathname.startsWith('/__sandbox')) journal.countRequest()
    if (method === 'POST' && !/^\/(api|__sandbox)\//.test(pathname) && isForeign(exchange.request, url)) {
      return problemPage('Refused', 'This form was sent by another site.', 403)
    }

    const route = exact[`${method} ${pathname}`] ?? prefixes.find(([prefix]) => pathname.startsWith(prefix))?.[1]
    return route ? route(exchange) : problemPage('Not found', 'There is no such page.', 404)
  }
}

function isForeign(request: Request, url: string): boolean {
  const origin = request.headers.get('origin')
  // A form on a page without a referrer says "null" for its own origin; then the fetch metadata tell.
  if (origin === 'null') return request.headers.get('sec-fetch-site') !== 'same-origin'
  return origin !== null && origin !== url
}

/** The documents that clients discover the service by; each is also served below a path of its own. */
async function metadata(
  request: Request,
  url: string,
  {server, trusted}: Pick<Parts, 'server' | 'trusted'>,
): Promise<Response> {
  const [, , name] = new URL(request.url).pathname.split('/')
  if (name === 'openid-configuration') return server.openIdConfiguration(request)
  if (name === 'oauth-authorization-server') return oauthMetadata(request, url, server)
  if (name === 'oauth-protected-resource') return protectedResource(url, trusted.names)
  return new Response(null, {status: 404})
}

async function oauthMetadata(request: Request, url: string, server: AuthorizationServer): Promise<Response> {
  const document = (await (await server.oauthMetadata(request)).json()) as Record<string, unknown>
  const agentAuth = {
    skill: `${url}/auth.md`,
    register_uri: `${url}/api/auth/oauth2/register`,
    revocation_uri: `${url}${REVOCATION_PATH}`,
    identity_types_supported: ['anonymous'],
    anonymous: {
      credential_types_supported: ['access_token'],
      description: 'A registered client says nothing of a person: one signs in and allows it first.',
    },
  }
  return Response.json({...document, agent_auth: agentAuth})
}

/** OAuth 2.0 Protected Resource Metadata (RFC 9728). */
function protectedResource(url: string, others: readonly string[]): Response {
  return Response.json({
    resource: url,
    authorization_servers: [url, ...others],
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
  })
}
