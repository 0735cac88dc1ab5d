import type {IncomingMessage} from 'node:http'
import {networkEnvironment, userAgent} from '@superset/identity'
import {gather, isNetworkFailure, networkProblem, openAgents} from '@superset/identity/network'
import {unreachable, untrustedHost, wrongHost} from './problems.ts'

/** How a host is asked. */
export interface RequestContext {
  /** Ends everything, when the person wants it to. */
  readonly signal: AbortSignal
  readonly limits?: Limits
}

export interface Limits {
  /** Without any byte: no connection, no answer, or a stalled one. */
  readonly idleMs: number
  /** For one whole file, however steadily it trickles. */
  readonly totalMs: number
}

const LIMITS: Limits = {idleMs: 30_000, totalMs: 30 * 60_000}
const PROTOCOL = /^(?:HPE_|ERR_HTTP|ERR_SSL|EPROTO)/
const REASONS: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'its name cannot be looked up right now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EHOSTDOWN: 'the host is down',
  EHOSTUNREACH: 'there is no route to it',
  ENETDOWN: 'the network is down',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'its name is not known',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the connection took too long',
}

/**
 * Hands over what the host answers to a GET, whether 200 or 404; everything else is an error. Redirects are not followed:
 * a release comes from the host that was named, or not at all.
 * @throws Problem UPDATE_NETWORK (75), UPDATE_HOST, UPDATE_CERTIFICATE (78)
 */
export async function receive<T>(
  url: URL,
  {limits = LIMITS, signal}: RequestContext,
  use: (response: IncomingMessage) => Promise<T>,
): Promise<T | undefined> {
  const total = AbortSignal.timeout(limits.totalMs)
  try {
    const response = await get(url, limits.idleMs, AbortSignal.any([signal, total]))
    const {statusCode = 0} = response
    if (statusCode === 200) return await use(response)
    response.destroy()
    if (statusCode === 404) return undefined
    if (statusCode === 429 || statusCode >= 500) throw unreachable(url.host, `it answers ${statusCode}`)
    throw wrongHost(url.host, statusCode >= 300 && statusCode < 400 ? 'sends elsewhere' : `answers ${statusCode}`)
  } catch (error) {
    signal.throwIfAborted()
    if (total.aborted) throw unreachable(url.host, 'it is too slow', error)
    throw problemOf(error, url.host)
  }
}

/** A small text file. @throws Problem as `receive` */
export function receiveText(url: URL, asking: RequestContext, mostBytes: number): Promise<string | undefined> {
  return receive(url, asking, async (response) => (await gather(response, mostBytes, url.host)).toString('utf8'))
}

class StalledDownload extends Error {}

async function get(url: URL, idleMs: number, signal: AbortSignal): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:'
  const {get: send} = isSecure ? await import('node:https') : await import('node:http')
  const agents = openAgents(networkEnvironment())
  const agent = isSecure ? agents.https : agents.http
  return new Promise((resolve, reject) => {
    // As the bytes are: what is signed and measured is the file, not some coding of it.
    const headers = {'user-agent': userAgent(), accept: '*/*', 'accept-encoding': 'identity'}
    let answer: IncomingMessage | undefined
    const request = send(url, {agent, headers, signal}, (response) => {
      answer = response
      resolve(response)
    })
    // Whoever reads the answer gets this error; destroying the request alone would tell him of a cut connection.
    request.setTimeout(idleMs, () => (answer ?? request).destroy(new StalledDownload()))
    request.once('error', reject)
  })
}

function problemOf(error: unknown, host: string): unknown {
  if (error instanceof StalledDownload) return unreachable(host, 'it does not answer any more', error)
  if (isNetworkFailure(error) && error.kind === 'too-large') return wrongHost(host, error.detail)
  if (isNetworkFailure(error) && isOfTheWay(error.kind)) return networkProblem(error)
  if (isNetworkFailure(error) && error.kind.startsWith('tls-')) return untrustedHost(host, error.detail, error)
  const source = isNetworkFailure(error) && error.cause ? error.cause : error
  const code = source instanceof Error ? (source as NodeJS.ErrnoException).code : undefined
  if (code === undefined) return isNetworkFailure(error) ? unreachable(host, error.detail, error) : error
  const reason = REASONS[code] ?? (PROTOCOL.test(code) ? code : undefined)
  return reason === undefined ? error : unreachable(host, reason, error)
}

/** The same words whoever is asked. */
function isOfTheWay(kind: string): boolean {
  return kind.startsWith('proxy') || kind === 'insecure' || kind === 'tls-plain'
}
