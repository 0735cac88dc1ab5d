import {EXIT} from './exit-codes.ts'
import {Problem} from './problem.ts'
import type {Session} from './session.ts'

/** A request as it is sent: header names in lower case, the credential among them. */
export type BoundRequest = Omit<RequestInit, 'headers' | 'redirect'> & {
  readonly headers: Readonly<Record<string, string>>
  /** A redirect could carry the credential elsewhere: it is handed back. */
  readonly redirect: 'manual'
}

/** What a provider says of its credential, for `boundFetch`. */
export interface FetchBinding<Credential> {
  /** The only origin that gets the credential, without a trailing slash. */
  readonly apiUrl: string
  /** The credential to send now, renewed when that is due. */
  readonly current: () => Promise<Credential>
  /** The headers that carry it, in lower case; they replace those of the caller. */
  readonly headers: (credential: Credential) => Readonly<Record<string, string>>
  /** Another one in the place of one that the API refused. `undefined`: there is none, and the 401 is the answer. */
  readonly replace?: (refused: Credential) => Promise<Credential | undefined>
  /** In the place of the platform's `fetch`. Must not follow redirects. */
  readonly send?: (url: URL, request: BoundRequest) => Promise<Response>
  /** Lets go of an answer that nobody will read. */
  readonly discard?: (response: Response) => Promise<void>
}

/**
 * `Session.fetch` for a provider: the credential goes to one origin alone (RFC 6750 5.3), never across a redirect; after
 * a 401 the request is sent once more with another credential, if there is one. Its body must not be a stream then.
 * @throws Problem ORIGIN_FOREIGN (78), and what `current`, `replace` and `send` throw
 */
export function boundFetch<Credential>(binding: FetchBinding<Credential>): Session['fetch'] {
  const {apiUrl, current, headers, replace, send = fetch, discard = cancel} = binding
  return async (input, init = {}) => {
    const url = new URL(input, `${apiUrl}/`)
    if (url.origin !== apiUrl) throw foreignOrigin(url.origin, apiUrl)
    const theirs = plain(init.headers)
    const attempt = (credential: Credential) =>
      send(url, {...init, headers: {...theirs, ...headers(credential)}, redirect: 'manual'})
    const used = await current()
    const response = await attempt(used)
    if (response.status !== 401 || !replace || isStream(init.body)) return response
    // A 401 was not executed, so the request may be sent once more, queries and mutations alike.
    const other = await replace(used).catch(async (error: unknown) => {
      await discard(response)
      throw error
    })
    if (other === undefined) return response
    await discard(response)
    return attempt(other)
  }
}

function plain(headers: RequestInit['headers']): Record<string, string> {
  if (!headers) return {}
  const entries = Symbol.iterator in headers ? [...(headers as Iterable<readonly string[]>)] : Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [String(name).toLowerCase(), String(value)]))
}

/** What can be sent only once. */
function isStream(body: RequestInit['body']): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function cancel(response: Response): Promise<void> {
  await response.body?.cancel()
}

function foreignOrigin(origin: string, apiUrl: string): Problem {
  return new Problem({
    code: 'ORIGIN_FOREIGN',
    message: `This session belongs to ${apiUrl}; its credential is not sent to ${origin}.`,
    exit: EXIT.configuration,
  })
}
