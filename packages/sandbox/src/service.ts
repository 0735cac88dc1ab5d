import {type DatabaseSync} from 'node:sqlite'
import {createContextFactory} from './api/context.ts'
import {API_PATH, handleApi} from './api/router.ts'
import {type AuthorizationServer, SCOPES} from './authorization-server.ts'
import {handleControl} from './control.ts'
import {type Exchange, type Handler} from './http.ts'
import {CODE_PATH, codePage} from './pages/code.ts'
import {consentPage, decide} from './pages/consent.ts'
import {homePage} from './pages/home.ts'
import {errorPage, problemPage} from './pages/problem.ts'
import {signIn, signInPage} from './pages/sign-in.ts'
import {type Sandbox} from './model.ts'
import {handleRevocation, handleToken, REVOCATION_PATH, TOKEN_PATH} from './token-endpoint.ts'

interface Parts {
  readonly sandbox: Sandbox
  readonly database: DatabaseSync
  readonly server: AuthorizationServer
}

type Route = (exchange: Exchange) => Promise<Response | undefined> | Response | undefined

/** The whole service behind one origin: issuer, API, and the pages for people. */
export function createService({sandbox, database, server}: Parts): Handler {
  const {url, journal} = sandbox
  const services = {url, database, server}
  const createContext = createContextFactory(url, database, server)
  const exact: Readonly<Record<string, Route>> = {
    'GET /': async ({request}) => homePage(url, (await server.account(request.headers))?.email),
    'GET /sign-in': (exchange) => signInPage(exchange),
    'POST /sign-in': (exchange) => signIn(exchange, url, server),
    'GET /oauth/consent': (exchange) => consentPage(exchange, services),
    'POST /oauth/consent': (exchange) => decide(exchange, services),
    [`GET ${CODE_PATH}`]: codePage,
    'GET /error': errorPage,
    [`POST ${TOKEN_PATH}`]: (exchange) => handleToken(exchange, {server, journal, faults: sandbox.faults.token}),
    [`POST ${REVOCATION_PATH}`]: (exchange) => handleRevocation(exchange, {server, journal}),
  }
  // In this order; the first prefix that fits.
  const prefixes: readonly (readonly [string, Route])[] = [
    ['/__sandbox', (exchange) => handleControl(exchange, sandbox)],
    [`${API_PATH}/`, (exchange) => handleApi(exchange, {createContext, journal, faults: sandbox.faults.api})],
    ['/api/auth/', ({request}) => server.handle(request)],
    ['/.well-known/openid-configuration', ({request}) => server.openIdConfiguration(request)],
    ['/.well-known/oauth-authorization-server', ({request}) => serveMetadata(url, server, request)],
    ['/.well-known/oauth-protected-resource', () => protectedResource(url)],
  ]
  return async (exchange) => {
    const {method} = exchange.request
    const {pathname} = new URL(exchange.request.url)
    if (!pathname.startsWith('/__sandbox')) journal.countRequest()
    if (method === 'POST' && isForeign(exchange.request, url) && !pathname.startsWith('/api/')) {
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

async function serveMetadata(url: string, server: AuthorizationServer, request: Request): Promise<Response> {
  const metadata = (await (await server.oauthMetadata(request)).json()) as Record<string, unknown>
  const agentAuth = {
    register_uri: `${url}/api/auth/oauth2/register`,
    revocation_uri: `${url}${REVOCATION_PATH}`,
    identity_types_supported: ['anonymous'],
  }
  return Response.json({...metadata, agent_auth: agentAuth})
}

/** OAuth 2.0 Protected Resource Metadata (RFC 9728). */
function protectedResource(url: string): Response {
  return Response.json({
    resource: url,
    authorization_servers: [url],
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
  })
}
