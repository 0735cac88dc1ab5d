import {once} from 'node:events'
import {readFileSync, statSync} from 'node:fs'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import path from 'node:path'

/** Answers instead of the file. @returns whether it did */
export type Tamper = (file: string, response: ServerResponse, content: () => Buffer) => boolean

/** Serves a folder on loopback, as a static host would, and whatever an attacker would have it serve. */
export class ReleaseHost implements AsyncDisposable {
  readonly url: string
  /** Paths asked for, in order, without the slash at the front. */
  readonly asked: string[] = []
  /** The folder that is served. */
  folder = ''
  tamper: Tamper | undefined
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => this.#answer(request, response))
  }

  static async start(): Promise<ReleaseHost> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ReleaseHost(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #answer({url = '/'}: IncomingMessage, response: ServerResponse): void {
    const asked = new URL(url, this.url).pathname.slice(1)
    this.asked.push(asked)
    const file = path.join(this.folder, asked)
    const content = () => readFileSync(file)
    if (this.tamper?.(asked, response, content)) return
    if (!statSync(file, {throwIfNoEntry: false})?.isFile()) {
      response.writeHead(404).end('not here')
      return
    }

    response.end(content())
  }
}
