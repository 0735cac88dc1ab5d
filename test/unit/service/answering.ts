import type {Session} from '@superset/identity'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface Received {
  readonly method: string
  readonly path: string
  readonly input: unknown
  readonly headers: IncomingMessage['headers']
}

export type Answer = (response: ServerResponse, received: Received) => void

/** A server on loopback that answers each request with the next of the given answers, and the last for ever. */
export interface Answering {
  readonly origin: string
  readonly received: readonly Received[]
  close(): Promise<void>
}

export async function answering(...answers: readonly Answer[]): Promise<Answering> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void collect(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://host')
      const input = body === '' ? url.searchParams.get('input') : body
      const one = {
        method: request.method ?? '',
        path: url.pathname.replace('/api/trpc/', ''),
        input: input ? JSON.parse(input) : undefined,
        headers: request.headers,
      }
      received.push(one)
      answers[Math.min(received.length, answers.length) - 1]?.(response, one)
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

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export function result(json: unknown): Answer {
  return (response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({result: {data: {json}}}))
  }
}

export function trpcError(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, {'content-type': 'application/json', ...headers})
    response.end(JSON.stringify({error: {json: {message, code: -32_000, data: {code, httpStatus: status}}}}))
  }
}

export function page(status: number, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, {'content-type': 'text/html', ...headers})
    response.end('<html>Sorry</html>')
  }
}

/** The connection is cut before, or in the middle of, an answer. */
export function cut(part = ''): Answer {
  return (response) => {
    if (part === '') {
      response.destroy()
      return
    }

    response.writeHead(200, {'content-type': 'application/json', 'content-length': '1000'})
    response.write(part, () => response.destroy())
  }
}

export const silence: Answer = () => undefined

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

/** An origin on loopback where nobody listens. */
export async function deadOrigin(): Promise<string> {
  const {close, origin} = await answering(silence)
  await close()
  return origin
}
