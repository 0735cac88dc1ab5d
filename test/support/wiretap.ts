import {subscribe, unsubscribe} from 'node:diagnostics_channel'
import type {IncomingMessage, ServerResponse} from 'node:http'

const STARTED = 'http.server.request.start'

/** What RFC 6749, RFC 7009 and RFC 7636 call these, in forms and in answers. */
const SECRET_NAMES = ['access_token', 'code', 'code_verifier', 'id_token', 'refresh_token'] as const
export type SecretName = (typeof SECRET_NAMES)[number]

const SHORTEST = 16
const IN_JSON = /"(access_token|id_token|refresh_token)"\s*:\s*"([^"]{16,})/g

interface Exchange {
  readonly url: string
  readonly sent: Buffer[]
  readonly answered: Buffer[]
  readonly response: ServerResponse
}

/** Listens to every HTTP exchange of one server of this process, to learn the secrets that crossed the wire. */
export class Wiretap implements Disposable {
  readonly #port: number
  readonly #exchanges: Exchange[] = []
  readonly #listener = (message: unknown): void => this.#record(message)

  /** @param url where the server listens */
  constructor(url: string) {
    this.#port = Number(new URL(url).port)
    subscribe(STARTED, this.#listener)
  }

  /** All of them so far, each once, by name. */
  secrets(): ReadonlyMap<SecretName, ReadonlySet<string>> {
    const found = new Map(SECRET_NAMES.map((name) => [name, new Set<string>()]))
    for (const {url, sent, answered, response} of this.#exchanges) {
      const form = new URLSearchParams(Buffer.concat(sent).toString())
      const {searchParams} = new URL(url, 'http://any.test')
      const location = URL.parse(String(response.getHeader('location') ?? ''))?.searchParams
      for (const [name, values] of found) {
        for (const value of [form.get(name), searchParams.get(name), location?.get(name)]) {
          if (value && value.length >= SHORTEST) values.add(value)
        }
      }

      // Not parsed: of an answer that a fault cut short, what was sent counts as well.
      for (const [, name, value] of Buffer.concat(answered).toString().matchAll(IN_JSON)) {
        found.get(name as SecretName)?.add(value ?? '')
      }
    }

    return found
  }

  [Symbol.dispose](): void {
    unsubscribe(STARTED, this.#listener)
  }

  #record(message: unknown): void {
    const {request, response} = message as {request: IncomingMessage; response: ServerResponse}
    if (request.socket.localPort !== this.#port) return
    const exchange: Exchange = {url: request.url ?? '/', sent: [], answered: [], response}
    this.#exchanges.push(exchange)
    // Where the parser hands the body over: a listener for `data` would take it away from the server.
    copyCalls(request, 'push', exchange.sent)
    copyCalls(response, 'write', exchange.answered)
    copyCalls(response, 'end', exchange.answered)
  }
}

/** Keeps a copy of the first argument of each call of a method of this one object. */
function copyCalls<Name extends string>(
  target: Record<Name, (...given: never[]) => unknown>,
  name: Name,
  copies: Buffer[],
): void {
  const original = target[name] as (...given: unknown[]) => unknown
  const copying = function (this: unknown, ...given: unknown[]): unknown {
    const [chunk] = given
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) copies.push(Buffer.from(chunk as string))
    return original.apply(this, given)
  }
  Object.defineProperty(target, name, {value: copying, configurable: true, writable: true})
}
