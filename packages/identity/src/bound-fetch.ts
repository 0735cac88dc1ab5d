import {networkEnvironment} from './env.ts'
import {EXIT} from './exit-codes.ts'
import {hostOf, isLoopback, isSecure} from './network/loopback.ts'
import {userAgent} from './network/user-agent.ts'
import {Problem} from './problem.ts'
import type {Session} from './session.ts'

/** A request as it is sent: header names in lower case, the credential among them. */
export type BoundRequest = Pick<RequestInit, 'body' | 'method' | 'signal'> & {
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
  /** In the place of this package's own way out. Must not follow redirects. */
  readonly send?: (url: URL, request: BoundRequest) => Promise<Response>
  /** Lets go of an answer that nobody will read. */
  readonly discard?: (response: Response) => Promise<void>
}

/**
 * `Session.fetch` for a provider: the credential goes to one origin alone (RFC 6750 5.3), never across a redirect, and
 * over plain http within this machine only; after a 401 the request is sent once more with another credential, if there
 * is one. Its body must not be a stream then. Headers that choose who is asked, or who asks, are not taken from the caller.
 * @throws Problem ORIGIN_FOREIGN, TLS_INSECURE (78), and what `current`, `replace` and `send` throw
 */
export function boundFetch<Credential>(binding: FetchBinding<Credential>): Session['fetch'] {
  const {apiUrl, current, headers, replace, send = sendAsWeDo, discard = cancel} = binding
  return async (input, {body, headers: given, method = 'GET', signal} = {}) => {
    const url = ownAddress(input, apiUrl)
    if (NO_METHOD.test(method)) throw new TypeError(`${method} is no method for a request with a credential`)
    const theirs = plain(given)
    const attempt = (credential: Credential) =>
      send(url, {
        method,
        headers: {...theirs, ...headers(credential)},
        redirect: 'manual',
        ...(body != null && {body}),
        ...(signal && {signal}),
      })
    const used = await current()
    const response = await attempt(used)
    if (response.status !== 401 || !replace || isStream(body)) return response
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

/** As for `fetch`: these are for whoever stands between, or would hand the request back to who reads it. */
const NO_METHOD = /^(?:connect|trace|track)$/i

/** `blob:` addresses have the origin of who made them, and an address can bring a user name and a password of its own. */
function ownAddress(input: string | URL, apiUrl: string): URL {
  const url = new URL(input, `${apiUrl}/`)
  const isOwn = /^https?:$/.test(url.protocol) && url.origin === apiUrl && url.username === '' && url.password === ''
  if (!isOwn) throw foreignOrigin(url.origin, apiUrl)
  if (!isSecure(url))
    throw insecure(`${apiUrl} is not encrypted; nothing secret is sent there.`, 'Use an https address.')
  if (networkEnvironment().tlsUnchecked && !isLoopback(hostOf(url)))
    throw insecure(
      `NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates; nothing secret is sent to ${url.host}.`,
      'Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private authority set SUPERSET_CA_FILE.',
    )
  return url
}

/** What the platform's own body classes need is theirs alone; all else goes without the time that loading them takes. */
async function sendAsWeDo(url: URL, {body, ...request}: BoundRequest): Promise<Response> {
  if (body == null || typeof body === 'string' || body instanceof Uint8Array) {
    const {lightFetch} = await import('./network/light-fetch.ts')
    const {headers, method = 'GET', signal} = request
    return lightFetch(url, {method, headers, ...(body != null && {body}), ...(signal && {signal})})
  }

  const {steerProcess, trustCertificates} = await import('./network/network.ts')
  if (url.protocol === 'https:') trustCertificates(networkEnvironment().caFile)
  steerProcess(networkEnvironment())
  const headers = {'user-agent': userAgent(), ...request.headers}
  return fetch(url, {...request, body, headers, ...(isStream(body) && {duplex: 'half'})})
}

/** Who is asked (`Host`), who asks, what stands between, and how the message is framed. */
const NOT_THEIRS =
  /^(?:authorization|connection|content-length|cookie2?|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-api-key)$/

function plain(headers: RequestInit['headers']): Record<string, string> {
  if (!headers) return {}
  const entries = Symbol.iterator in headers ? [...(headers as Iterable<readonly string[]>)] : Object.entries(headers)
  return Object.fromEntries(
    entries
      .map(([name, value]): [string, string] => [String(name).trim().toLowerCase(), String(value)])
      .filter(([name]) => !NOT_THEIRS.test(name)),
  )
}

/** What can be sent only once. */
function isStream(body: RequestInit['body']): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function cancel(response: Response): Promise<void> {
  // Ours is let go of without the platform's streams.
  if ('discard' in response && typeof response.discard === 'function') response.discard()
  else await response.body?.cancel()
}

function foreignOrigin(origin: string, apiUrl: string): Problem {
  return new Problem({
    code: 'ORIGIN_FOREIGN',
    message: `This session belongs to ${apiUrl}; its credential is not sent to ${origin}.`,
    exit: EXIT.configuration,
  })
}

function insecure(message: string, next: string): Problem {
  return new Problem({code: 'TLS_INSECURE', message, exit: EXIT.configuration, suggestions: [next]})
}
