import {Changes} from './changes.ts'
import {Faults} from './faults.ts'
import {listen} from './http.ts'
import {forwardTo} from './forward.ts'

/**
 * A reverse proxy of the kind that stands in front of services: clients speak to it over connections that stay open, and
 * it answers by itself when it cannot, or could not any more, pass on what the server says. Its faults are found by
 * `path`; with `process` the request is forwarded first, and what the server did is done.
 */
export interface Gateway extends AsyncDisposable {
  readonly url: string
  readonly faults: Faults
  /** How often it was asked for this, whatever became of it; `POST /path`. */
  readonly asked: ReadonlyMap<string, number>
  /** Where the server is, on this machine. Requests that came before wait for it. */
  passTo(port: number): void
}

/** What Envoy says when the connection to its server broke, whether or not the request had arrived. */
export const UPSTREAM_BROKE = {
  status: 503,
  headers: {'content-type': 'text/plain', server: 'envoy'},
  body: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
}

/** @throws Error with code EADDRINUSE when the port is taken */
export async function startGateway(port: number): Promise<Gateway> {
  const listener = await listen(port)
  const changes = new Changes()
  const faults = new Faults(changes)
  const asked = new Map<string, number>()
  return {
    url: listener.url,
    faults,
    asked,
    passTo(inner) {
      const forward = forwardTo(inner)
      listener.serve((exchange) => {
        const {method, url} = exchange.request
        const {pathname} = new URL(url)
        asked.set(`${method} ${pathname}`, (asked.get(`${method} ${pathname}`) ?? 0) + 1)
        return faults.run(exchange, [pathname], async () => {
          try {
            return await forward(exchange.request)
          } catch {
            return new Response('no healthy upstream', {status: 502, headers: {server: 'envoy'}})
          }
        })
      })
    },
    async [Symbol.asyncDispose]() {
      faults.clear()
      changes.end()
      await listener.close()
    },
  }
}
