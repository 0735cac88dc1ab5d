import {LightResponse} from '../network/light-response.ts'
import {authorizedFetch} from './authorized-fetch.ts'

/** A bearer token that can be had anew. */
export interface Renewing<Held> {
  readonly apiUrl: string
  readonly current: () => Promise<Held>
  readonly tokenOf: (held: Held) => string
  /** How to replace one that the API refused; `undefined`: there will be no other. */
  readonly renewal: (refused: Held) => (() => Promise<Held>) | undefined
}

/** One request; after a 401 the token is replaced and the request sent once more. @throws Problem as `authorizedFetch` */
export async function fetchRenewing<Held>(
  {apiUrl, current, renewal, tokenOf}: Renewing<Held>,
  input: string | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const send = async (held: Held) => authorizedFetch(apiUrl, {authorization: `Bearer ${tokenOf(held)}`}, input, init)
  const used = await current()
  const response = await send(used)
  // A stream can be sent only once.
  if (response.status !== 401 || init?.body instanceof ReadableStream) return response
  const renew = renewal(used)
  if (!renew) return response
  // A 401 was not executed, so the request may be sent once more, queries and mutations alike (row 89).
  if (response instanceof LightResponse) response.discard()
  else await response.body?.cancel()
  return send(await renew())
}
