import {once} from 'node:events'
import {createServer, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

/** A server on loopback that counts: whoever must not be spoken to, can be named by an address that exists. */
export class CountingServer implements AsyncDisposable {
  readonly url: string
  /** Method and path of each request, in order. */
  readonly requests: string[] = []
  /** Connections, whether or not a request came on them. */
  connections = 0
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('connection', () => this.connections++)
  }

  static async start(answer: (response: ServerResponse) => void = teapot): Promise<CountingServer> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const counting = new CountingServer(server)
    server.on('request', ({method, url}, response) => {
      counting.requests.push(`${method} ${url}`)
      answer(response)
    })
    // What a client sends to a proxy for an https address.
    server.on('connect', ({url}, socket) => {
      counting.requests.push(`CONNECT ${url}`)
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n')
    })
    return counting
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}

/** An address on loopback at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = await CountingServer.start()
  await server[Symbol.asyncDispose]()
  return server.url
}

function teapot(response: ServerResponse): void {
  response.writeHead(418).end()
}
