import {request as httpRequest} from 'node:http'
import {networkEnvironment} from '../env.ts'
import {isProblem} from '../problem.ts'
import {type Agents, openAgents} from './agents.ts'
import {LightResponse} from './light-response.ts'
import {requestIdOf, traceRequest} from '../request-trace.ts'
import {isNetworkFailure} from './network-failure.ts'
import {userAgent} from './user-agent.ts'

/** What a request says, with plain headers; a body that is text or bytes. */
export interface LightRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

let agents: Agents | undefined

/**
 * The part of `fetch` that a command needs, over connections of ours: redirects are handed back, and errors look like
 * those of `fetch`, a TypeError whose cause is a NetworkFailure or has a code.
 * @throws Problem NETWORK_CA_FILE (78)
 */
export async function lightFetch(url: URL, {method, headers, body, signal}: LightRequest): Promise<LightResponse> {
  agents ??= openAgents(networkEnvironment())
  const secure = url.protocol === 'https:'
  const ended = traceRequest(method, url)
  const request = secure ? (await import('node:https')).request : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      agent: secure ? agents?.https : agents?.http,
      headers: {accept: '*/*', 'accept-encoding': 'identity', 'user-agent': userAgent(), ...headers},
      ...(signal && {signal}),
    })
    outgoing.once('response', (incoming) => {
      ended({status: incoming.statusCode ?? 0, requestId: requestIdOf(incoming.headers)})
      resolve(new LightResponse(incoming, url.href))
    })
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      ended({failure: signal?.aborted ? 'aborted' : failureOf(error)})
      if (signal?.aborted) reject(signal.reason as Error)
      else reject(isProblem(error) ? error : new TypeError('fetch failed', {cause: error}))
    })
    outgoing.end(body)
  })
}

function failureOf(error: NodeJS.ErrnoException): string {
  return isNetworkFailure(error) ? error.kind : (error.code ?? error.name)
}
