import {once} from 'node:events'
import {Agent, type IncomingMessage, request as send} from 'node:http'
import {buffer} from 'node:stream/consumers'

/** Passes requests on to a server behind this one, as they are: the `Host` they came with is what it sees. */
export function forwardTo(port: number): (request: Request) => Promise<Response> {
  // An agent of its own: the global one may be told by the environment to use a proxy.
  const agent = new Agent()
  return async (request) => {
    const {pathname, search} = new URL(request.url)
    const outgoing = send({
      agent,
      host: '127.0.0.1',
      port,
      path: pathname + search,
      method: request.method,
      headers: Object.fromEntries(request.headers),
    })
    outgoing.end(Buffer.from(await request.arrayBuffer()))
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
    const body = new Uint8Array(await buffer(incoming))
    const headers = new Headers()
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      if (name === 'connection' || name === 'keep-alive' || name === 'transfer-encoding') continue
      for (const value of values ?? []) headers.append(name, value)
    }

    const status = incoming.statusCode ?? 502
    return new Response(status === 204 || status === 304 ? null : body, {status, headers})
  }
}
