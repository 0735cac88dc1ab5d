import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import superjson, {type SuperJSONResult} from 'superjson'

export interface Recording {
  readonly name: string
  readonly exchanges: readonly RecordedExchange[]
}

export interface RecordedExchange {
  readonly request: {
    /** The API unless said. */
    readonly to?: 'host-service' | 'relay'
    readonly method: string
    readonly path: string
    readonly query?: Readonly<Record<string, unknown>>
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  readonly response: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
}

const FOLDER = path.join(import.meta.dirname, '..', 'fixtures', 'wire')

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Recording
}

/**
 * Translates what was recorded (ids, tokens, the origin) into what the sandbox uses instead. It learns from each answer,
 * so that an id or token that one recorded answer introduces can be used by the next recorded request.
 */
export class Translation {
  readonly #known = new Map<string, string>()

  learn(recorded: unknown, actual: unknown): void {
    if (typeof recorded === 'string' && typeof actual === 'string') {
      if (isName(recorded) && recorded !== actual) this.#known.set(recorded, actual)
      return
    }

    if (!isObject(recorded) || !isObject(actual)) return
    for (const [key, value] of Object.entries(recorded)) {
      // Every JWT was recorded as the same word; the one that requests carry is the access token.
      if (key !== 'id_token') this.learn(value, actual[key])
    }
  }

  apply(text: string): string {
    let translated = text
    for (const [recorded, actual] of this.#known) translated = translated.replaceAll(recorded, actual)
    return translated
  }

  /** Sends the recorded request to the sandbox. */
  async send({request}: RecordedExchange, origin: string): Promise<Response> {
    const url = new URL(this.apply(request.path), origin)
    for (const [name, value] of Object.entries(request.query ?? {})) {
      url.searchParams.set(name, this.apply(typeof value === 'string' ? value : JSON.stringify(value)))
    }

    const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name, this.apply(value)] as const)
    return fetch(url, {
      method: request.method,
      headers: Object.fromEntries(headers),
      redirect: 'manual',
      ...(request.body === undefined ? {} : {body: this.apply(encodeBody(request))}),
    })
  }
}

function encodeBody({headers, body}: RecordedExchange['request']): string {
  if (typeof body === 'string') return body
  if (!headers?.['content-type']?.includes('urlencoded')) return JSON.stringify(body)
  return new URLSearchParams(body as Record<string, string>).toString()
}

/** Ids, tokens, keys and origins: what names the same thing differently there and here. */
function isName(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text) || /^[A-Za-z]{32}$/.test(text) || text === '<jwt>'
}

/**
 * Asserts that an answer has the recorded one's form: the same members everywhere, values of the same type (a date is a
 * type of its own, null stands for any), and exactly the same errors.
 */
export function assertSameForm(actual: unknown, recorded: unknown, where = 'body'): void {
  if (isEnvelope(recorded) && isEnvelope(actual)) {
    assertSameForm(superjson.deserialize(actual), superjson.deserialize(recorded), where)
    return
  }

  if (isObject(recorded) && isObject(recorded['error'])) {
    assertSameError(actual, recorded, where)
    return
  }

  if (actual === null || recorded === null) return
  assert.equal(typeof actual, typeof recorded, where)
  assert.equal(actual instanceof Date, recorded instanceof Date, `${where}: a date`)
  if (Array.isArray(recorded)) {
    assert.ok(Array.isArray(actual), `${where}: an array`)
    const length = Math.min(actual.length, recorded.length)
    for (let index = 0; index < length; index++) {
      assertSameForm(actual[index], recorded[index], `${where}[${index}]`)
    }
  } else if (isObject(recorded) && isObject(actual)) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(recorded).sort(), `${where}: members`)
    for (const [key, value] of Object.entries(recorded)) assertSameForm(actual[key], value, `${where}.${key}`)
  }
}

/** Production answers without stacks; the recorded server ran in development. */
function assertSameError(actual: unknown, recorded: Record<string, unknown>, where: string): void {
  const withoutStacks = (_: string, value: unknown) => {
    if (!isObject(value) || Array.isArray(value)) return value
    const {stack: _stack, ...rest} = value
    return rest
  }
  const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value, withoutStacks))
  assert.deepEqual(actual, clean(recorded), where)
}

function isEnvelope(value: unknown): value is SuperJSONResult {
  return isObject(value) && 'json' in value && Object.keys(value).every((key) => key === 'json' || key === 'meta')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
}
