import {once} from 'node:events'
import {createServer, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'

/** Servers of this machine that answer under one port. */
export interface Listener {
  readonly port: number
  readonly servers: readonly Server[]
}

/** None of the ports could be had. */
export class PortsTaken extends Error {
  readonly port: number
  readonly code: string

  constructor(port: number, code: string, cause: unknown) {
    super(`no port of this machine could be had (${code})`, {cause})
    this.port = port
    this.code = code
  }
}

const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/**
 * Listens on the first port that is free. `localhost` is two addresses: both are taken, or whoever holds the other one
 * would be sent the code (RFC 8252 8.3).
 * @throws PortsTaken when none is free
 */
export async function listenOnLoopback(
  handle: RequestListener,
  {host, ports}: {readonly host: '127.0.0.1' | 'localhost'; readonly ports: readonly number[]},
): Promise<Listener> {
  let taken: PortsTaken | undefined
  for (const port of ports) {
    try {
      return await listenOn(port, host, handle)
    } catch (error) {
      const {code = ''} = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
      taken ??= new PortsTaken(port, code, error)
    }
  }

  throw taken ?? new RangeError('no port was named')
}

async function listenOn(port: number, host: '127.0.0.1' | 'localhost', handle: RequestListener): Promise<Listener> {
  const first = await open(handle, '127.0.0.1', port)
  const chosen = (first.address() as AddressInfo).port
  if (host === '127.0.0.1') return {port: chosen, servers: [first]}
  try {
    return {port: chosen, servers: [first, await open(handle, '::1', chosen)]}
  } catch (error) {
    if (NO_IPV6.has((error as NodeJS.ErrnoException).code ?? '')) return {port: chosen, servers: [first]}
    await once(first.close(), 'close')
    throw error
  }
}

async function open(handle: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(handle)
  server.maxConnections = 64
  server.listen({host, port, exclusive: true})
  await once(server, 'listening')
  return server
}
