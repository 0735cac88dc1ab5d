import http from 'node:http'
import {urlOf} from './agents.ts'
import {trustAuthorities} from './certificates.ts'
import type {NetworkEnvironment} from '../env.ts'
import {isNetworkFailure} from './network-failure.ts'
import {proxyFor} from './proxy.ts'

/** Where Node keeps what `fetch` sends through, for all copies of undici alike. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1')

/** Once for a process, whichever copy of this module does it. */
const STEERED = Symbol.for('superset:steered')

interface Dispatcher {
  dispatch(options: {readonly origin?: string | URL}, handler: unknown): boolean
}

/** What `node:http` asks of an agent; not in its types. */
interface RequestModule {
  addRequest(request: http.ClientRequest, options: http.ClientRequestArgs): void
}

/**
 * Code that is not ours, a plugin's say, reaches the network by `fetch` and `node:http`: with Node's own means, but by
 * the same judgement of proxies, and with the authorities of SUPERSET_CA_FILE.
 * @throws Problem NETWORK_CA_FILE (78) for a file that cannot be used, whatever is asked for later
 */
export function steerProcess(environment: NetworkEnvironment): void {
  if (environment.caFile !== undefined) trustAuthorities(environment.caFile)
  if ((!environment.http && !environment.https) || Reflect.get(globalThis, STEERED) === true) return
  Reflect.set(globalThis, STEERED, true)
  // Loaded here alone: most runs have no proxy.
  const https = process.getBuiltinModule('node:https')
  const [http_proxy = '', https_proxy = ''] = [addressFor('http:', environment), addressFor('https:', environment)]
  const direct = {http: http.globalAgent, https: https.globalAgent, fetch: dispatcher()}
  http.setGlobalProxyFromEnv({http_proxy, https_proxy})
  const proxied = {http: http.globalAgent, https: https.globalAgent, fetch: dispatcher()}
  const choose = <T>(url: URL, own: T, other: T): T => (proxyFor(url, environment) ? other : own)
  const choosing = <A extends http.Agent>(agent: A, protocol: string, own: http.Agent, other: http.Agent): A =>
    Object.assign(agent, {
      addRequest(request, options) {
        try {
          const url = urlOf(protocol, options)
          ;(choose(url, own, other) as http.Agent & RequestModule).addRequest(request, options)
        } catch (error) {
          request.destroy(error as Error)
        }
      },
    } satisfies RequestModule)
  http.globalAgent = choosing(new http.Agent(), 'http:', direct.http, proxied.http)
  https.globalAgent = choosing(new https.Agent(), 'https:', direct.https, proxied.https)
  const ours: Dispatcher = {
    dispatch: (options, handler) =>
      choose(new URL(options.origin ?? ''), direct.fetch, proxied.fetch).dispatch(options, handler),
  }
  Reflect.set(globalThis, DISPATCHER, Object.assign(Object.create(direct.fetch), ours))
}

function dispatcher(): Dispatcher {
  // Node makes it when the first of the platform's classes is asked for.
  Reflect.get(globalThis, 'Headers')
  return Reflect.get(globalThis, DISPATCHER) as Dispatcher
}

/** For Node. What is no proxy that we speak to is refused where somebody goes that way: many commands need no network. */
function addressFor(protocol: 'http:' | 'https:', environment: NetworkEnvironment): string | undefined {
  try {
    return proxyFor(new URL(`${protocol}//elsewhere.invalid`), {...environment, noProxy: ''})?.href
  } catch (error) {
    if (isNetworkFailure(error)) return undefined
    throw error
  }
}
