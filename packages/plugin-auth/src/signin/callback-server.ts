import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'
import type {Conclusive, Verdict} from './answer.ts'
import {page, type PageName, SAFE_HEADERS} from './callback-page.ts'

/** Fixed ports first, so that `ssh -L 51789:127.0.0.1:51789` can be told in advance; then any. */
export const CALLBACK_PORTS: readonly number[] = [51_789, 51_790, 51_791, 51_792, 51_793, 0]

/** How long a browser that was sent to the last page may take to ask for it. */
const LAST_PAGE_MS = 400
/** How long an answer to a browser that is slow to take it may hold up the command. */
const FLUSH_MS = 1000

/**
 * The loopback redirect address of RFC 8252 7.3. It answers `GET /callback` under its own name alone, stays up until
 * the code was redeemed, and takes the first conclusive answer; anything else, from wherever, changes nothing.
 */
export class CallbackServer implements AsyncDisposable {
  /** Responses that belonged to another sign-in (row 72). */
  ignored = 0
  /** The first conclusive answer. */
  readonly answer: Promise<Conclusive>
  readonly #server: Server
  readonly #judge: (parameters: URLSearchParams) => Verdict
  readonly #onIgnored: (count: number) => void
  readonly #first = Promise.withResolvers<Conclusive>()
  readonly #outcome = Promise.withResolvers<'done' | 'failed'>()
  readonly #lastPage = Promise.withResolvers<void>()
  readonly #pending = new Set<Promise<unknown>>()
  #answered = false
  #redirectedAt: number | undefined

  private constructor(judge: (parameters: URLSearchParams) => Verdict, onIgnored: (count: number) => void) {
    this.#judge = judge
    this.#onIgnored = onIgnored
    this.answer = this.#first.promise
    this.#server = createServer((request, response) => this.#serve(request, response))
    this.#server.maxConnections = 64
  }

  /** @throws the system's error when no port at all can be had on 127.0.0.1 */
  static async listen(
    judge: (parameters: URLSearchParams) => Verdict,
    onIgnored: (count: number) => void,
    ports: readonly number[] = CALLBACK_PORTS,
  ): Promise<CallbackServer> {
    const server = new CallbackServer(judge, onIgnored)
    for (const [index, port] of ports.entries()) {
      try {
        server.#server.listen({host: '127.0.0.1', port, exclusive: true})
        await once(server.#server, 'listening')
        return server
      } catch (error) {
        const {code} = error as NodeJS.ErrnoException
        const taken = code === 'EADDRINUSE' || code === 'EACCES'
        if (!taken || index === ports.length - 1) throw error
      }
    }

    throw new RangeError('no port was named')
  }

  get redirectUri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/callback`
  }

  /** Tells the browser, which waits on the last page, how it ended. */
  finish(outcome: 'done' | 'failed'): void {
    this.#outcome.resolve(outcome)
  }

  /** Lets the last page be fetched, then closes every connection: a kept-alive one would hold the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.finish('failed')
    if (this.#redirectedAt !== undefined) {
      const left = this.#redirectedAt + LAST_PAGE_MS - Date.now()
      await Promise.race([this.#lastPage.promise, delay(Math.max(left, 0))])
    }

    await Promise.race([Promise.all(this.#pending), delay(FLUSH_MS)])
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const closed = once(response, 'close')
    this.#pending.add(closed)
    void closed.finally(() => this.#pending.delete(closed))
    const {host} = request.headers
    const {port} = this.#server.address() as AddressInfo
    // A foreign name means a page of another site, whose name was made to point here (DNS rebinding).
    if (host !== `127.0.0.1:${port}`) return send(response, 'not-found')
    const url = URL.parse(request.url ?? '/', `http://${host}`)
    if (url?.pathname === '/callback') return this.#callback(request, response, url.searchParams)
    if (url?.pathname === '/done' && request.method === 'GET' && this.#answered) return this.#last(response)
    send(response, 'not-found')
  }

  #callback(request: IncomingMessage, response: ServerResponse, parameters: URLSearchParams): void {
    if (request.method !== 'GET') return send(response, 'other-method')
    if (this.#answered) return send(response, 'replayed')
    const verdict = this.#judge(parameters)
    if (verdict.kind === 'ignored') {
      this.ignored += 1
      this.#onIgnored(this.ignored)
      return send(response, 'ignored')
    }

    this.#answered = true
    this.#first.resolve(verdict)
    if (verdict.kind !== 'code') return send(response, pageOf(verdict))
    this.#redirectedAt = Date.now()
    // The code leaves the browser's history this way.
    response.writeHead(303, {...SAFE_HEADERS, location: '/done'}).end()
  }

  #last(response: ServerResponse): void {
    this.#lastPage.resolve()
    void this.#outcome.promise.then((outcome) => send(response, outcome))
  }
}

function pageOf(verdict: Conclusive): PageName {
  if (verdict.kind !== 'error') return 'refused'
  return verdict.error === 'access_denied' ? 'declined' : 'refused'
}

function send(response: ServerResponse, name: PageName): void {
  const {status, headers, body} = page(name)
  response.writeHead(status, headers).end(response.req.method === 'HEAD' ? undefined : body)
}
