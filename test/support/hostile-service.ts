import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {listening, type Listening} from '../../packages/plugin-auth/test/network/loopback-servers.ts'

/** Escape sequences (colour, conceal, a title, the clipboard), C1 controls, line breaks, backspace, marks of direction. */
const HOSTILE =
  '\u001b[31m\u001b[8m\u001b[2J\u001b]0;t\u0007\u001b]52;c;aGk=\u0007\u009b31m\u009d52;c;aGk=\u009c\u0000\b\t\r\n' +
  '\u000b\u0085\u007f\u2028\u2029\u061c\u200e\u200f\u202a\u202e\u2066\u2069'
const IN_JSON = JSON.stringify(HOSTILE).slice(1, -1)
/** What may not come out: all controls but the tab between fields and the line break that ends a line. */
export const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** In front of a service or a host: it puts the hostile text at the end of every string and key that its API answers. */
export async function startHostile(to: string): Promise<Listening & {readonly url: string}> {
  const server = await listening(createServer((request, response) => void pass(request, response, to)))
  return Object.assign(server, {url: `http://127.0.0.1:${server.port}`})
}

async function pass(request: IncomingMessage, response: ServerResponse, to: string): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const input = Buffer.concat(chunks).toString('utf8').replaceAll(IN_JSON, '')
  const url = to + encodeURI(decodeURIComponent(request.url ?? '/').replaceAll(IN_JSON, ''))
  const {host: _own, connection: _hop, 'content-length': _changed, ...headers} = request.headers
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(input !== '' && {body: input}),
  })
  const text = await answer.text()
  const isApi = /^(?:\/api)?\/trpc\//.test(request.url ?? '')
  response.writeHead(answer.status, {'content-type': answer.headers.get('content-type') ?? 'text/plain'})
  response.end(isApi ? JSON.stringify(JSON.parse(text), spoil) : text)
}

/** The envelope of tRPC stays as it is, so that the answer is still one. */
function spoil(key: string, value: unknown): unknown {
  if (typeof value === 'string' && !['code', 'path'].includes(key)) return value + HOSTILE
  const isEntity = typeof value === 'object' && value !== null && 'id' in value && !('x' in value)
  return isEntity ? {...value, x: 1, [`key${HOSTILE}`]: 1} : value
}
