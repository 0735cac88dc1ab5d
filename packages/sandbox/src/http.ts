import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {type AddressInfo} from 'node:net'
import {buffer} from 'node:stream/consumers'

/** One request as the web platform sees it, with the means to treat its connection badly. */
export interface Exchange {
  readonly request: Request
  /** The bytes of the request's body; `request` holds its own copy. */
  readonly body: string
  /** Closes the connection without (or in the middle of) an answer. */
  cut(): void
  /** Sends the head and the first half of the answer, then closes the connection. */
  cutWithin(response: Response): Promise<void>
}

/** Answers an exchange; `undefined` when there is nothing left to answer because the connection was cut. */
export type Handler = (exchange: Exchange) => Promise<Response | undefined>

export interface LoopbackServer {
  readonly url: string
  /** Where it really listens. */
  readonly port: number
  serve(handler: Handler): void
  /** Closes all connections; settles when the handler has done with every request that had come in. */
  close(): Promise<void>
}

/**
 * Opens a port on 127.0.0.1. Requests that arrive before `serve` was called wait for it: the port must be known before
 * the issuer that lives on it can be configured.
 * @param publicUrl what clients call it, where something stands in front of it
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen(port: number, publicUrl?: string): Promise<LoopbackServer> {
  const handler = Promise.withResolvers<Handler>()
  const pending = new Set<Promise<void>>()
  const server = createServer((incoming, outgoing) => {
    const answered = handler.promise
      .then((handle) => answer(url, handle, incoming, outgoing))
      .finally(() => pending.delete(answered))
    pending.add(answered)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const opened = (server.address() as AddressInfo).port
  const url = publicUrl ?? `http://127.0.0.1:${opened}`
  return {
    url,
    port: opened,
    serve: handler.resolve,
    async close() {
      handler.resolve(() => Promise.resolve(undefined))
      await closeServer(server)
      await Promise.all(pending)
    },
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

async function answer(url: string, handle: Handler, incoming: IncomingMessage, outgoing: ServerResponse) {
  try {
    const body = await buffer(incoming)
    const exchange: Exchange = {
      request: toRequest(url, incoming, body),
      body: body.toString(),
      cut: () => outgoing.destroy(),
      cutWithin: (response) => sendHalf(outgoing, response),
    }
    const response = await handle(exchange)
    if (response) await send(outgoing, response)
  } catch (error) {
    // A client that hangs up while it sends ends here too; nobody is left to be told.
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy()
    else outgoing.writeHead(500, {'content-type': 'text/plain'}).end(`${String(error)}\n`)
  }
}

function toRequest(url: string, incoming: IncomingMessage, body: Buffer): Request {
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }

  // Requests are limited by address; a client does not get to choose its own.
  headers.set('x-sandbox-peer', incoming.socket.remoteAddress ?? '127.0.0.1')
  const method = incoming.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  // The path of the request line is resolved against our own origin: "//host" must stay a path.
  const target = new URL(url + (incoming.url?.startsWith('/') ? incoming.url : '/'))
  return new Request(target, {method, headers, ...(hasBody ? {body: new Uint8Array(body)} : {})})
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  if (outgoing.destroyed) return
  writeHead(outgoing, response, body.length)
  outgoing.end(body)
}

async function sendHalf(outgoing: ServerResponse, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  if (outgoing.destroyed) return
  writeHead(outgoing, response, body.length)
  const {promise, resolve} = Promise.withResolvers<void>()
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => resolve())
  await promise
  outgoing.destroy()
}

function writeHead(outgoing: ServerResponse, response: Response, length: number): void {
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value)
  }

  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  if (!response.headers.has('content-length') && response.status !== 204) outgoing.setHeader('content-length', length)
  outgoing.writeHead(response.status)
}
