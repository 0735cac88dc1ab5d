import {type IncomingHttpHeaders, type IncomingMessage, request as httpRequest} from 'node:http'
import type {LookupFunction, Socket} from 'node:net'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {
  type NetworkEnvironment,
  networkEnvironment,
  requestIdOf,
  traceRequest,
  userAgent,
  waitFor,
} from '@superset/identity'
import {connect, gather, hostOf, isNetworkFailure, NetworkFailure, socketFailure} from '@superset/identity/network'
import {afterRunningFor} from './running-time.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  /** For name resolution, TCP, proxy and TLS together. 5 s unless given. */
  readonly connectTimeoutMs?: number
  /** From the first byte sent to the last byte received, as long as this process runs. 15 s unless given. */
  readonly answerTimeoutMs?: number
  /** 1 MB unless given. */
  readonly maxBytes?: number
  /** Awaited once everything is ready and before the first byte of the request leaves. */
  readonly onConnected?: () => Promise<void> | void
  readonly signal?: AbortSignal
  /** Another request is to follow on the same connection. */
  readonly keepAlive?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Names are in lower case; repeated headers are joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  /** The server's `Date`, ms since the epoch. */
  readonly date?: number
}

/** What decides how an address is reached. */
export interface Network {
  readonly environment: NetworkEnvironment
  readonly lookup?: LookupFunction
}

export type Transport = (request: HttpRequest) => Promise<HttpResponse>

/** Requests that end with the signal, where there is one. */
export function endingWith(signal: AbortSignal | undefined, send: Transport): Transport {
  return signal ? (request) => send({...request, signal}) : send
}

const CONNECT_TIMEOUT_MS = 5000
const ANSWER_TIMEOUT_MS = 15_000
const MAX_BYTES = 1024 * 1024

/**
 * One request, one connection, one answer. Redirects are returned, never followed: they would carry credentials
 * elsewhere. Nothing is repeated: whoever calls knows what a repetition may cost.
 * @throws NetworkFailure; what `onConnected` throws; the signal's reason; Problem NETWORK_CA_FILE (78)
 */
export async function send(request: HttpRequest, network?: Network): Promise<HttpResponse> {
  using _waiting = waitFor(new URL(request.url).host)
  const ended = traceRequest(request.method, new URL(request.url))
  try {
    using connection = await Connection.open(request, network)
    const answer = await connection.send(request)
    ended({status: answer.status, requestId: requestIdOf(answer.headers)})
    return answer
  } catch (error) {
    ended({failure: isNetworkFailure(error) ? error.kind : 'aborted'})
    throw error
  }
}

/** Where a connection leads, and how long it may take to come about. */
export type Destination = Pick<HttpRequest, 'connectTimeoutMs' | 'signal' | 'url'>

/** One connection to one server, for requests that follow one another. */
export class Connection implements Disposable {
  readonly #origin: string
  readonly #host: string
  readonly #socket: Socket
  /** False when the server said that it closes, or sent what nobody had asked for. */
  #usable = true

  private constructor(url: URL, socket: Socket) {
    this.#origin = url.origin
    this.#host = hostOf(url)
    this.#socket = socket
    this.#watchIdle()
  }

  /**
   * Nothing of a request has left this machine when this fails.
   * @throws NetworkFailure with phase `not-sent`; the signal's reason; Problem NETWORK_CA_FILE (78)
   */
  static async open(
    destination: Destination,
    network: Network = {environment: networkEnvironment()},
  ): Promise<Connection> {
    const url = new URL(destination.url)
    const {connectTimeoutMs: timeoutMs = CONNECT_TIMEOUT_MS, signal} = destination
    return new Connection(url, await connect(url, {...network, timeoutMs, ...(signal && {signal})}))
  }

  /** Another request may follow on it, as far as is known. */
  get goesOn(): boolean {
    return this.#usable && !this.#socket.destroyed && !this.#socket.readableEnded && this.#socket.writable
  }

  /**
   * Another request of the same server. A connection that has ended meanwhile is noticed before the first byte leaves;
   * what remains is a server that closes it in the very moment in which we write.
   * @throws NetworkFailure; what `onConnected` throws; the signal's reason
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url)
    if (url.origin !== this.#origin) throw new Error(`${url.origin} is not at the other end of this connection`)
    await request.onConnected?.()
    request.signal?.throwIfAborted()
    // The connection can die while the caller writes its ledger. That is known when the sockets were looked at once more.
    await nextTurn()
    await nextTurn()
    if (!this.goesOn) throw this.#failure('not-sent', 'reset', 'the connection was reset')
    const response = await this.#exchange(url, request)
    if (request.keepAlive) this.#watchIdle()
    else this.#usable = false
    return response
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  /** Some servers answer "408" to a connection that is idle. It must not be taken for the answer to what comes next. */
  #watchIdle(): void {
    this.#socket.once('data', () => (this.#usable = false))
  }

  #failure(
    phase: NetworkFailure['phase'],
    kind: NetworkFailure['kind'],
    detail: string,
    cause?: unknown,
  ): NetworkFailure {
    return new NetworkFailure({phase, kind, host: this.#host, detail, cause})
  }

  async #exchange(url: URL, request: HttpRequest): Promise<HttpResponse> {
    const timeoutMs = request.answerTimeoutMs ?? ANSWER_TIMEOUT_MS
    const socket = this.#socket.removeAllListeners('data')
    const outgoing = httpRequest({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: {
        host: url.host,
        'user-agent': userAgent(),
        connection: request.keepAlive ? 'keep-alive' : 'close',
        ...request.headers,
        ...(request.body !== undefined && {'content-length': String(Buffer.byteLength(request.body))}),
      },
      createConnection: () => socket,
    })
    const sent = (kind: NetworkFailure['kind'], detail: string, cause?: unknown): NetworkFailure =>
      this.#failure('sent', kind, detail, cause)
    const timedOut = (): void => void outgoing.destroy(sent('timeout', `no full answer in ${timeoutMs} ms`))
    const stopTimer = afterRunningFor(timeoutMs, timedOut)
    const aborted = (): void => void outgoing.destroy(request.signal?.reason as Error)
    request.signal?.addEventListener('abort', aborted, {once: true})
    try {
      return await new Promise<HttpResponse>((resolve, reject) => {
        const fail = (error: Error): void =>
          reject(error === request.signal?.reason ? error : socketFailure(error, {phase: 'sent', host: this.#host}))
        outgoing.once('error', fail)
        const closed = (): void => reject(sent('reset', 'the connection was closed without an answer'))
        outgoing.once('close', closed)
        outgoing.once('response', (incoming) => {
          // From here on the request's own errors repeat those of its answer, which know more.
          outgoing
            .off('close', closed)
            .off('error', fail)
            .on('error', (error) => incoming.destroy(error))
          collect(incoming, request.maxBytes ?? MAX_BYTES, this.#host).then(
            (response) => {
              // RFC 9112 9.3, as Node has read it: the server closes after this answer.
              if (!outgoing.shouldKeepAlive) this.#usable = false
              resolve(response)
            },
            (error: Error) => {
              const known = isNetworkFailure(error) || error === request.signal?.reason
              reject(known ? error : sent('cut-off', error.message, error))
            },
          )
        })
        outgoing.end(request.body)
      })
    } finally {
      stopTimer()
      request.signal?.removeEventListener('abort', aborted)
    }
  }
}

async function collect(incoming: IncomingMessage, maxBytes: number, host: string): Promise<HttpResponse> {
  const body = await gather(incoming, maxBytes, host)
  if (!incoming.complete) throw new Error('the answer was cut off')
  const date = Date.parse(incoming.headers.date ?? '')
  return {
    status: incoming.statusCode ?? 0,
    headers: flatten(incoming.headers),
    body,
    ...(!Number.isNaN(date) && {date}),
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
