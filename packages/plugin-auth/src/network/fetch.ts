import type {HttpResponse, Transport} from './http-request.ts'

interface FetchOptions {
  readonly method?: string | undefined
  readonly headers?: Record<string, string> | undefined
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/** Answers without a body by definition (RFC 9110 6.4.1): `Response` refuses one for them. */
const BODILESS = new Set([101, 204, 205, 304])

/** Our `send` as a `fetch`, for libraries that bring their own idea of requests. `seen` gets each raw answer first. */
export function fetchOver(send: Transport, seen?: (response: HttpResponse) => void) {
  return async (url: string, {method = 'GET', headers = {}, body, signal}: FetchOptions): Promise<Response> => {
    const answer = await send({
      method,
      url,
      headers,
      ...(body != null && {body: textOf(body)}),
      ...(signal && {signal}),
    })
    seen?.(answer)
    const {status} = answer
    const entries = Object.entries(answer.headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return new Response(BODILESS.has(status) ? null : new Uint8Array(answer.body), {status, headers: entries})
  }
}

function textOf(body: unknown): string {
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body)
  throw new TypeError('only text can be sent')
}
