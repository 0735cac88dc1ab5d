import {once} from 'node:events'
import {createServer, type IncomingMessage, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'

/** A server on loopback, on a port of the system's choice, that is gone at once when it is closed. */
export class LoopbackServer implements AsyncDisposable {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async open(listener: RequestListener): Promise<LoopbackServer> {
    const server = createServer(listener)
    server.listen({host: '127.0.0.1', port: 0})
    await once(server, 'listening')
    return new LoopbackServer(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}

/** An address of this machine at which nobody listens. */
export async function deadAddress(): Promise<string> {
  await using server = await LoopbackServer.open(() => {})
  return server.url
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Somebody else's server: whatever reaches it is written down, and answered. */
export class ForeignServer implements AsyncDisposable {
  readonly received: ReceivedRequest[] = []
  readonly #server: LoopbackServer

  private constructor(server: LoopbackServer) {
    this.#server = server
  }

  static async open(): Promise<ForeignServer> {
    const server = await LoopbackServer.open((request, response) => {
      void bodyOf(request).then((body) => {
        foreign.received.push({method: request.method ?? '', path: request.url ?? '', headers: request.headers, body})
        response.writeHead(200, {'content-type': 'application/json'}).end('{}')
      })
    })
    const foreign = new ForeignServer(server)
    return foreign
  }

  get url(): string {
    return this.#server.url
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]()
  }
}
