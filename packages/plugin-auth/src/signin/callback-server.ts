import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {setTimeout as delay} from 'node:timers/promises'
import {DEFAULT_REDIRECT, type RedirectAddress} from '../settings.ts'
import type {FinalAnswer, AnswerVerdict} from './answer.ts'
import {page, type PageName, SAFE_HEADERS, type SignedInFacts} from './callback-page.ts'
import {type Listener, listenOnLoopback} from './loopback-listener.ts'

/** Fixed ports first, so that `ssh -L 51789:127.0.0.1:51789` can be told in advance; then any. */
export const CALLBACK_PORTS: readonly number[] = [51_789, 51_790, 51_791, 51_792, 51_793, 0]

/** How long a browser that was sent to the last page may take to ask for it. */
const LAST_PAGE_MS = 400
/** How long an answer to a browser that is slow to take it may hold up the command. */
const FLUSH_MS = 1000

/**
 * The loopback redirect address of RFC 8252 7.3. It answers `GET /callback` (or the path that is registered) under its own name alone, stays up until
 * the code was redeemed, and takes the first conclusive answer; anything else, from wherever, changes nothing.
 */
export class CallbackServer implements AsyncDisposable {
  /** Responses that belonged to another sign-in (row 72). */
  ignored = 0
  /** The first conclusive answer. */
  readonly answer: Promise<FinalAnswer>
  readonly #address: Pick<RedirectAddress, 'host' | 'path'>
  readonly #judge: (parameters: URLSearchParams) => AnswerVerdict
  readonly #onIgnored: (count: number) => void
  readonly #first = Promise.withResolvers<FinalAnswer>()
  readonly #outcome = Promise.withResolvers<{readonly name: 'done' | 'failed'; readonly facts?: SignedInFacts}>()
  readonly #lastPage = Promise.withResolvers<void>()
  readonly #pending = new Set<Promise<unknown>>()
  #answered = false
  #redirectedAt: number | undefined
  #listener!: Listener

  private constructor(
    judge: (parameters: URLSearchParams) => AnswerVerdict,
    onIgnored: (count: number) => void,
    address: Pick<RedirectAddress, 'host' | 'path'>,
  ) {
    this.#judge = judge
    this.#onIgnored = onIgnored
    this.#address = address
    this.answer = this.#first.promise
  }

  /** @throws PortsTaken when none of the ports can be had */
  static async listen(
    judge: (parameters: URLSearchParams) => AnswerVerdict,
    onIgnored: (count: number) => void,
    ports: readonly number[] = CALLBACK_PORTS,
    address: Pick<RedirectAddress, 'host' | 'path'> = DEFAULT_REDIRECT,
  ): Promise<CallbackServer> {
    const server = new CallbackServer(judge, onIgnored, address)
    const serve = (request: IncomingMessage, response: ServerResponse) => server.#serve(request, response)
    server.#listener = await listenOnLoopback(serve, {host: address.host, ports})
    return server
  }

  get port(): number {
    return this.#listener.port
  }

  get redirectUri(): string {
    return `http://${this.#address.host}:${this.port}${this.#address.path}`
  }

  /** Tells the browser, which waits on the last page, how it ended. */
  finish(name: 'done' | 'failed', facts?: SignedInFacts): void {
    this.#outcome.resolve({name, ...(facts && {facts})})
  }

  /** Lets the last page be fetched, then closes every connection: a kept-alive one would hold the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.finish('failed')
    if (this.#redirectedAt !== undefined) {
      const left = this.#redirectedAt + LAST_PAGE_MS - Date.now()
      await Promise.race([this.#lastPage.promise, delay(Math.max(left, 0))])
    }

    await Promise.race([Promise.all(this.#pending), delay(FLUSH_MS)])
    const {servers} = this.#listener
    const closed = servers.map((server) => once(server.close(), 'close'))
    for (const server of servers) server.closeAllConnections()
    await Promise.all(closed)
  }

  get #lastPath(): string {
    return this.#address.path === '/done' ? '/signed-in' : '/done'
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const closed = once(response, 'close')
    this.#pending.add(closed)
    void closed.finally(() => this.#pending.delete(closed))
    const {host} = request.headers
    // A foreign name means a page of another site, whose name was made to point here (DNS rebinding).
    if (host !== `${this.#address.host}:${this.port}`) return send(response, 'not-found')
    const url = URL.parse(request.url ?? '/', `http://${host}`)
    if (url?.pathname === this.#address.path) return this.#callback(request, response, url.searchParams)
    if (url?.pathname === this.#lastPath && request.method === 'GET' && this.#answered) return this.#last(response)
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
    response.writeHead(303, {...SAFE_HEADERS, location: this.#lastPath}).end()
  }

  #last(response: ServerResponse): void {
    this.#lastPage.resolve()
    void this.#outcome.promise.then(({facts, name}) => send(response, name, facts))
  }
}

function pageOf(verdict: FinalAnswer): PageName {
  if (verdict.kind !== 'error') return 'refused'
  return verdict.error === 'access_denied' ? 'declined' : 'refused'
}

function send(response: ServerResponse, name: PageName, facts?: SignedInFacts): void {
  const {status, headers, body} = page(name, facts)
  response.writeHead(status, headers).end(response.req.method === 'HEAD' ? undefined : body)
}
