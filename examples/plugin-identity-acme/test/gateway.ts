import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import type {Credential} from '../src/gateway.ts'

export interface GatewayOptions {
  /** The API that the credentials are for. */
  readonly apiUrl: string
  /** A credential that this API takes. */
  readonly issue: () => Credential | Promise<Credential>
}

interface Answer {
  readonly status: number
  readonly body?: unknown
}

/** Acme's gateway on loopback. */
export class Gateway implements AsyncDisposable {
  readonly url: string
  /** Method and path of each request. */
  readonly asked: string[] = []
  /** Tokens of the machines that it knows. */
  readonly devices = new Set<string>()
  /** Answers everything with this status, if set. */
  failing: number | undefined
  readonly #codes = new Map<string, string>()
  readonly #options: GatewayOptions
  readonly #server: Server

  private constructor(server: Server, options: GatewayOptions) {
    this.#server = server
    this.#options = options
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(options: GatewayOptions): Promise<Gateway> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const gateway = new Gateway(server, options)
    server.on('request', (request, response) => {
      void gateway.#answer(request).then(({body, status}) => {
        response.writeHead(status, {'content-type': 'application/json'})
        response.end(body === undefined ? undefined : JSON.stringify(body))
      })
    })
    return gateway
  }

  /** A code as its page shows it to a person who is signed in there. */
  codeFor(account: string): string {
    const code = randomBytes(4).toString('hex')
    this.#codes.set(code, account)
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    if (this.#server.listening) await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const what = `${request.method} ${request.url}`
    this.asked.push(what)
    const body = await text(request)
    if (this.failing !== undefined) return {status: this.failing}
    if (what === 'POST /devices') return this.#enrol(body)
    const device = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!this.devices.has(device)) return {status: 404}
    if (what === 'GET /credential') return {status: 200, body: await this.#options.issue()}
    this.devices.delete(device)
    return {status: 204}
  }

  #enrol(body: string): Answer {
    const {code} = JSON.parse(body) as {code: string}
    const account = this.#codes.get(code)
    if (account === undefined) return {status: 410}
    this.#codes.delete(code)
    const deviceToken = `device-${randomBytes(16).toString('hex')}`
    this.devices.add(deviceToken)
    return {status: 201, body: {account, subject: `acme|${account}`, apiUrl: this.#options.apiUrl, deviceToken}}
  }
}
