import {request as httpRequest} from 'node:http'
import {connect as tcpConnect, isIP, type LookupFunction, type Socket} from 'node:net'
import {connect as tlsConnect, type TLSSocket} from 'node:tls'
import {certificateFailure, trustCertificates} from './certificates.ts'
import type {NetworkEnvironment} from '../env.ts'
import {hostOf, isLoopback, isSecure} from './loopback.ts'
import {NetworkFailure, type NetworkFailureKind, socketFailure} from './network-failure.ts'
import {type ProxyAddress, proxyFor} from './proxy.ts'
import {userAgent} from './user-agent.ts'

/** How one connection is made. */
export interface ConnectOptions {
  readonly environment: NetworkEnvironment
  /** For all of name resolution, TCP, proxy and TLS. */
  readonly timeoutMs: number
  readonly lookup?: LookupFunction
  readonly signal?: AbortSignal
}

/**
 * A connection over which the next byte would be the request's first. Nothing of the request has left this machine
 * when this fails.
 * @throws NetworkFailure with phase `not-sent`; the signal's reason; Problem NETWORK_CA_FILE (78)
 */
export async function connect(url: URL, options: ConnectOptions): Promise<Socket> {
  const host = hostOf(url)
  if (!isSecure(url)) throw insecure(host, `${url.protocol}//${url.host} is not encrypted; nothing was sent.`)
  if (options.environment.tlsUnchecked && !isLoopback(host))
    throw insecure(host, 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set; no credential was sent.')
  if (url.protocol === 'https:') trustCertificates(options.environment.caFile)
  options.signal?.throwIfAborted()
  return withDeadline(host, options, (track) => open(url, options, track))
}

function insecure(host: string, detail: string): NetworkFailure {
  return new NetworkFailure({phase: 'not-sent', kind: 'insecure', host, detail})
}

/** Notes the socket that is being waited for, so that the deadline can end it. */
type TrackSocket = <S extends Socket>(socket: S) => S

async function withDeadline(
  host: string,
  {timeoutMs, signal}: ConnectOptions,
  run: (track: TrackSocket) => Promise<Socket>,
): Promise<Socket> {
  let current: Socket | undefined
  let ended: Error | undefined
  const end = (error: Error): void => {
    ended = error
    current?.destroy(error)
  }
  const timeout = (): void =>
    end(new NetworkFailure({phase: 'not-sent', kind: 'timeout', host, detail: `no connection in ${timeoutMs} ms`}))
  const aborted = (): void => end(signal?.reason as Error)
  const timer = setTimeout(timeout, timeoutMs)
  signal?.addEventListener('abort', aborted, {once: true})
  try {
    return await run((socket) => {
      current = socket
      return socket
    })
  } catch (error) {
    current?.destroy()
    throw ended ?? error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', aborted)
  }
}

async function open(url: URL, options: ConnectOptions, track: TrackSocket): Promise<Socket> {
  const host = hostOf(url)
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  const proxy = proxyFor(url, options.environment)
  const lookup = options.lookup && {lookup: options.lookup}
  const plain = proxy
    ? await throughProxy({host, port}, proxy, options, track)
    : await ready(track(tcpConnect({host, port, ...lookup})), 'connect', host)
  return secure ? encrypt(plain, host, options.environment, track) : plain
}

/** Rows 51 and 113: what is wrong on the way to a proxy, or said by one, is the proxy's fault and not the server's. */
async function throughProxy(
  target: {readonly host: string; readonly port: number},
  address: ProxyAddress,
  {environment, lookup}: ConnectOptions,
  track: TrackSocket,
): Promise<Socket> {
  const {host, label, port} = address
  const failed = (kind: NetworkFailureKind, detail = label, status?: number): NetworkFailure =>
    new NetworkFailure({phase: 'not-sent', kind, host: target.host, detail, ...(status && {status})})
  try {
    const plain = await ready(track(tcpConnect({host, port, ...(lookup && {lookup})})), 'connect', host)
    const socket = address.secure ? await encrypt(plain, host, environment, track) : plain
    const {status, tunnel} = await ask(socket, target, address)
    if (status === 407) throw failed('proxy-auth')
    if (status !== 200) throw failed('proxy-refused', `${label} refused: ${status}`, status)
    return track(tunnel)
  } catch (error) {
    const {kind} = socketFailure(error, {phase: 'not-sent', host})
    if (kind.startsWith('proxy')) throw error
    if (kind === 'tls-plain') throw failed('proxy-plain')
    throw failed(kind.startsWith('tls-') ? 'proxy-certificate' : 'proxy')
  }
}

/** RFC 9110 9.3.6. */
function ask(
  socket: Socket,
  target: {readonly host: string; readonly port: number},
  {authorization}: ProxyAddress,
): Promise<{readonly status: number | undefined; readonly tunnel: Socket}> {
  const authority = `${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}`
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        'user-agent': userAgent(),
        ...(authorization && {'proxy-authorization': authorization}),
      },
      createConnection: () => socket,
    })
    request.once('connect', ({statusCode}, tunnel: Socket) => resolve({status: statusCode, tunnel}))
    request.once('error', reject)
    request.once('close', () => reject(new Error('the proxy hung up')))
    request.end()
  })
}

async function encrypt(
  socket: Socket,
  host: string,
  {tlsUnchecked}: NetworkEnvironment,
  track: TrackSocket,
): Promise<TLSSocket> {
  const encrypted = tlsConnect({
    socket,
    host,
    ...(isIP(host) === 0 && {servername: host}),
    ALPNProtocols: ['http/1.1'],
    // The verdict is taken below, before a byte is sent: a socket that Node rejects by itself no longer says whose
    // certificate it was shown, and that is what a person behind a corporate proxy needs to know.
    rejectUnauthorized: false,
  })
  await ready(track(encrypted), 'secureConnect', host)
  const unchecked = tlsUnchecked && isLoopback(host)
  if (encrypted.authorized || unchecked) return encrypted
  const failure = certificateFailure(encrypted, host)
  encrypted.destroy()
  throw failure
}

function ready<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', host: string): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      settle()
      reject(socketFailure(error, {phase: 'not-sent', host}))
    }
    const closed = (): void => fail(Object.assign(new Error('closed'), {code: 'ECONNRESET'}))
    const done = (): void => {
      settle()
      resolve(socket)
    }
    const settle = (): void => {
      socket.off('error', fail).off('close', closed).off(event, done)
      // Errors that come while nobody waits are seen by the next stage as a destroyed socket.
      socket.on('error', () => socket.destroy())
    }
    socket.on('error', fail).on('close', closed).on(event, done)
  })
}
