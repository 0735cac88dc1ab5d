import {EXIT, Problem} from '@superset/identity'
import {networkEnvironment} from '../env.ts'
import {trustCertificates} from '../network/certificates.ts'
import {lightFetch} from '../network/light-fetch.ts'
import {hostOf, isLoopback} from '../network/loopback.ts'

/** The header that carries the credential; none in an ambient session. */
export type Credentials = Readonly<Record<string, string>>

/**
 * One request with the credential, to the session's own API alone (RFC 6750 5.3). A redirect is handed back, never
 * followed: it could carry the credential elsewhere.
 * @throws Problem ORIGIN_FOREIGN (78), TLS_INSECURE (78)
 */
export async function authorizedFetch(
  apiUrl: string,
  credentials: Credentials,
  input: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const url = new URL(input, `${apiUrl}/`)
  if (url.origin !== apiUrl) throw foreignOrigin(url.origin, apiUrl)
  if (networkEnvironment().tlsUnchecked && !isLoopback(hostOf(url))) throw insecure(url.host)
  // The refresh helper trusts the system's store; the API must not be less reachable than the issuer (row 48).
  if (url.protocol === 'https:') await trustCertificates(networkEnvironment().caFile)
  const headers = {...plain(init.headers), ...credentials}
  const {body} = init
  if (body != null && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return fetch(url, {...init, headers, redirect: 'manual'})
  }

  return lightFetch(url, {
    method: init.method ?? 'GET',
    headers,
    ...(body != null && {body}),
    ...(init.signal && {signal: init.signal}),
  })
}

/** Names in lower case, so that ours replace theirs. */
function plain(headers: RequestInit['headers']): Record<string, string> {
  if (!headers) return {}
  const entries = Symbol.iterator in headers ? [...(headers as Iterable<readonly string[]>)] : Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [String(name).toLowerCase(), String(value)]))
}

function foreignOrigin(origin: string, apiUrl: string): Problem {
  return new Problem({
    code: 'ORIGIN_FOREIGN',
    message: `This session belongs to ${apiUrl}; its credential is not sent to ${origin}.`,
    exit: EXIT.configuration,
  })
}

function insecure(host: string): Problem {
  return new Problem({
    code: 'TLS_INSECURE',
    message: `NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates; nothing secret is sent to ${host}.`,
    exit: EXIT.configuration,
    suggestions: ['Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private authority set SUPERSET_CA_FILE.'],
  })
}
