import http from 'node:http'
import {LightResponse} from './light-response.ts'

/** What a request says, with plain headers; a body that is text or bytes. */
export interface LightRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

/**
 * The part of `fetch` that a command needs, over `node:http`: proxies and certificates as the process has them set up,
 * redirects handed back. Its errors look like those of `fetch`: a TypeError whose cause has the code.
 */
export async function lightFetch(url: URL, {method, headers, body, signal}: LightRequest): Promise<LightResponse> {
  const {request} = url.protocol === 'https:' ? await import('node:https') : http
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers: {accept: '*/*', 'accept-encoding': 'identity', ...headers},
      ...(signal && {signal}),
    })
    outgoing.once('response', (incoming) => resolve(new LightResponse(incoming, url.href)))
    outgoing.once('error', (error) => {
      const aborted = signal?.aborted ? (signal.reason as Error) : undefined
      reject(aborted ?? new TypeError('fetch failed', {cause: error}))
    })
    outgoing.end(body)
  })
}
