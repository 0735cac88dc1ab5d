import {once} from 'node:events'
import {createServer, type IncomingMessage, request, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

/** Every variable that names a proxy, at one address; and none that names exceptions. */
export function proxiesAt(address: string): Record<string, string> {
  return {HTTP_PROXY: address, HTTPS_PROXY: address, http_proxy: address, https_proxy: address}
}

export interface PlainProxy extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Whole addresses, as they were asked for. */
  readonly asked: string[]
}

/** A proxy for plain http (RFC 9112 3.2.2) that leads every name to one server here; with a status it refuses. */
export async function plainProxy(target: string, status?: number): Promise<PlainProxy> {
  const asked: string[] = []
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    asked.push(incoming.url ?? '')
    if (status !== undefined) return outgoing.writeHead(status).end('{}')
    const {pathname, search} = new URL(incoming.url ?? '')
    const onward = request(new URL(pathname + search, target), {method: incoming.method, headers: incoming.headers})
    onward.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 0, response.headers)
      response.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    return incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
