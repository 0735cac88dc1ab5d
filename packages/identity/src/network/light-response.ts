import type {IncomingHttpHeaders, IncomingMessage} from 'node:http'
import {Readable} from 'node:stream'

/** Answers without a body by definition (RFC 9110 6.4.1): the platform's `Response` refuses one for them. */
const BODILESS = new Set([101, 204, 205, 304])

/**
 * A `Response` over an answer of `node:http`. The platform's own classes are a third of what a whole command costs to
 * start, because the first of them loads Node's fetch; they are made here only for what needs them: `headers`, `body`,
 * `clone`, `blob`, `formData`.
 */
export class LightResponse implements Response {
  readonly redirected = false
  readonly type = 'basic'
  readonly status: number
  readonly statusText: string
  readonly url: string
  readonly #incoming: IncomingMessage
  #headers: Headers | undefined
  #full: Response | undefined
  #used = false

  constructor(incoming: IncomingMessage, url: string) {
    this.#incoming = incoming
    // An answer that nobody reads must not keep the process alive until the server closes the connection.
    incoming.socket.unref()
    this.status = incoming.statusCode ?? 0
    this.statusText = incoming.statusMessage ?? ''
    this.url = url
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get headers(): Headers {
    this.#headers ??= new Headers(pairs(this.#incoming.headers))
    return this.#headers
  }

  get bodyUsed(): boolean {
    return this.#full?.bodyUsed ?? this.#used
  }

  get body(): Response['body'] {
    return this.#asFull().body
  }

  async text(): Promise<string> {
    return Buffer.from(await this.bytes()).toString('utf8')
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#full) return new Uint8Array(await this.#full.arrayBuffer())
    const chunks: Uint8Array[] = []
    for await (const chunk of this.parts()) chunks.push(chunk)
    return new Uint8Array(Buffer.concat(chunks))
  }

  /** The body as it comes: who stops reading closes the connection. */
  async *parts(): AsyncGenerator<Uint8Array> {
    if (this.bodyUsed) throw new TypeError('Body is unusable: Body has already been read')
    this.#used = true
    this.#incoming.socket.ref()
    try {
      yield* this.#incoming as AsyncIterable<Buffer>
    } catch (error) {
      throw new TypeError('terminated', {cause: error})
    }
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }

  blob(): ReturnType<Response['blob']> {
    return this.#asFull().blob()
  }

  formData(): ReturnType<Response['formData']> {
    return this.#asFull().formData()
  }

  clone(): Response {
    return this.#asFull().clone()
  }

  /** Nobody will read the rest: the connection is closed. */
  discard(): void {
    this.#used = true
    this.#incoming.destroy()
  }

  #asFull(): Response {
    if (this.#used && !this.#full) throw new TypeError('Body is unusable: Body has already been read')
    this.#incoming.socket.ref()
    const body = BODILESS.has(this.status) ? null : (Readable.toWeb(this.#incoming) as ReadableStream)
    this.#full ??= new Response(body, {status: this.status, statusText: this.statusText, headers: this.headers})
    return this.#full
  }
}

function pairs(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one): [string, string] => [name, one]),
  )
}
