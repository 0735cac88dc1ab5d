import type {IncomingMessage} from 'node:http'
import {isProblem, networkEnvironment, userAgent} from '@superset/identity'
import {gather, networkProblem, openAgents, socketFailure} from '@superset/identity/network'
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
const PROTOCOL = /^(?:HPE_|ERR_HTTP)/

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
  if (isProblem(error)) return error
  const failure = socketFailure(error, {phase: 'sent', host})
  // A file that cannot be written, a signature that does not hold: not the network's.
  if (failure !== error && failure.kind === 'protocol' && !PROTOCOL.test(failure.detail)) return error
  const {detail, kind} = failure
  if (kind === 'too-large') return wrongHost(host, detail)
  if (isOfTheWay(kind)) return networkProblem(failure)
  return kind.startsWith('tls-') ? untrustedHost(host, detail, error) : unreachable(host, detail, error)
}

/** The same words whoever is asked. */
function isOfTheWay(kind: string): boolean {
  return kind.startsWith('proxy') || kind === 'insecure' || kind === 'tls-plain'
}
