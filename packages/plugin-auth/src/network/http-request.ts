import {type IncomingHttpHeaders, type IncomingMessage, request as httpRequest} from 'node:http'
import type {LookupFunction, Socket} from 'node:net'
import {type NetworkEnvironment, networkEnvironment} from '../env.ts'
import {connect} from './connect.ts'
import {hostOf} from './loopback.ts'
import {NetworkFailure, socketFailure} from './network-failure.ts'
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

export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** Requests that end with the signal, where there is one. */
export function endingWith(signal: AbortSignal | undefined, send: Send): Send {
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
export async function send(
  request: HttpRequest,
  network: Network = {environment: networkEnvironment()},
): Promise<HttpResponse> {
  const url = new URL(request.url)
  const socket = await connect(url, {
    ...network,
    timeoutMs: request.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    ...(request.signal && {signal: request.signal}),
  })
  try {
    await request.onConnected?.()
    request.signal?.throwIfAborted()
    // The connection can die while the caller writes its ledger; nothing has been sent then.
    if (socket.destroyed) throw lost(url)
    return await exchange(url, request, socket)
  } finally {
    socket.destroy()
  }
}

function lost(url: URL): NetworkFailure {
  return new NetworkFailure({phase: 'not-sent', kind: 'reset', host: hostOf(url), detail: 'the connection was reset'})
}

async function exchange(url: URL, request: HttpRequest, socket: Socket): Promise<HttpResponse> {
  const host = hostOf(url)
  const timeoutMs = request.answerTimeoutMs ?? ANSWER_TIMEOUT_MS
  const outgoing = httpRequest({
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      ...request.headers,
      ...(request.body !== undefined && {'content-length': String(Buffer.byteLength(request.body))}),
    },
    createConnection: () => socket,
  })
  const sent = (kind: NetworkFailure['kind'], detail: string, cause?: unknown): NetworkFailure =>
    new NetworkFailure({phase: 'sent', kind, host, detail, cause})
  const timedOut = (): void => void outgoing.destroy(sent('timeout', `no full answer in ${timeoutMs} ms`))
  const stopTimer = afterRunningFor(timeoutMs, timedOut)
  const aborted = (): void => void outgoing.destroy(request.signal?.reason as Error)
  request.signal?.addEventListener('abort', aborted, {once: true})
  try {
    return await new Promise<HttpResponse>((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(error === request.signal?.reason ? error : socketFailure(error, {phase: 'sent', host}))
      outgoing.once('error', fail)
      const closed = (): void => reject(sent('reset', 'the connection was closed without an answer'))
      outgoing.once('close', closed)
      outgoing.once('response', (incoming) => {
        // From here on the request's own errors repeat those of its answer, which know more.
        outgoing
          .off('close', closed)
          .off('error', fail)
          .on('error', (error) => incoming.destroy(error))
        collect(incoming, request.maxBytes ?? MAX_BYTES).then(resolve, (error: Error) => {
          const known = error instanceof NetworkFailure || error === request.signal?.reason
          reject(known ? error : sent(error instanceof TooLarge ? 'too-large' : 'cut-off', error.message, error))
        })
      })
      outgoing.end(request.body)
    })
  } finally {
    stopTimer()
    request.signal?.removeEventListener('abort', aborted)
  }
}

class TooLarge extends Error {}

async function collect(incoming: IncomingMessage, maxBytes: number): Promise<HttpResponse> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw new TooLarge(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }

  if (!incoming.complete) throw new Error('the answer was cut off')
  const date = Date.parse(incoming.headers.date ?? '')
  return {
    status: incoming.statusCode ?? 0,
    headers: flatten(incoming.headers),
    body: Buffer.concat(chunks),
    ...(!Number.isNaN(date) && {date}),
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
