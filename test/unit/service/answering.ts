import type {Session} from '@superset/identity'
import nock from 'nock'
import {createServer, type IncomingHttpHeaders, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'

/** Where nock plays the service. */
export const ORIGIN = 'https://api.example.test'

export interface Received {
  readonly method: string
  readonly path: string
  readonly input: unknown
  readonly headers: IncomingHttpHeaders
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** The connection is reset: instead of an answer, where there is no body, or behind what there is of it. */
  readonly isCut?: boolean
}

export interface Answering {
  readonly origin: string
  readonly received: readonly Received[]
}

/** The service in this process: each request gets what is chosen for it, by what was asked and the how manieth it is. */
export function answeringHere(choose: (received: Received, count: number) => Answer): Answering {
  nock.cleanAll()
  const received: Received[] = []
  const reply = async (request: Request) => {
    const one = read(request.method, request.url, Object.fromEntries(request.headers), await request.text())
    received.push(one)
    const {body, headers, isCut, status} = choose(one, received.length)
    if (isCut && body === '') throw reset()
    return [status, isCut ? Readable.from(halfOf(body)) : body, headers] as nock.ReplyFnResult
  }
  for (const method of ['GET', 'POST'])
    nock(ORIGIN)
      .intercept(/^\/api\//, method)
      .optionally()
      .reply(reply)
      .persist()
  return {origin: ORIGIN, received}
}

/** The next of these for each request, and the last for ever. */
export function inTurn(...answers: readonly Answer[]): (received: Received, count: number) => Answer {
  return (_received, count) => answers[Math.min(count, answers.length) - 1] ?? page(404)
}

/**
 * A server on loopback, for programs and for what nock cannot play (an answer without end), that gives the same answer to
 * every request; without one it is silent.
 */
export async function answering(
  answer?: Answer | ((response: ServerResponse) => void),
): Promise<Answering & {close(): Promise<void>}> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(read(request.method ?? '', `http://host${request.url}`, request.headers, body))
      if (typeof answer === 'function') answer(response)
      else if (answer) response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function read(method: string, url: string, headers: IncomingHttpHeaders, body: string): Received {
  const {pathname, searchParams} = new URL(url)
  const input = body === '' ? searchParams.get('input') : body
  return {method, path: pathname.replace('/api/trpc/', ''), input: input ? JSON.parse(input) : undefined, headers}
}

async function* halfOf(body: string): AsyncGenerator<string> {
  yield body
  throw reset()
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})
}

const JSON_TYPE = {'content-type': 'application/json'}

export function result(json: unknown): Answer {
  return {status: 200, headers: JSON_TYPE, body: JSON.stringify({result: {data: {json}}})}
}

export function trpcError(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  const error = {json: {message, code: -32_000, data: {code, httpStatus: status}}}
  return {status, headers: {...JSON_TYPE, ...headers}, body: JSON.stringify({error})}
}

export function page(status: number, headers: Record<string, string> = {}): Answer {
  return {status, headers: {'content-type': 'text/html', ...headers}, body: '<html>Sorry</html>'}
}

export function cut(body = ''): Answer {
  return {status: 200, headers: {...JSON_TYPE, 'content-length': '1000'}, body, isCut: true}
}

export function sessionAt(origin: string, more: Partial<Session> = {}): Session {
  return {
    issuer: origin,
    apiUrl: origin,
    profile: 'default',
    scheme: 'bearer',
    source: 'stored',
    fetch: (input, init) => fetch(new URL(input, origin), init),
    token: async () => 'token',
    ...more,
  }
}
