import {EXIT, Problem} from '@superset/identity'
import {networkEnvironment} from '../env.ts'
import {trustCertificates} from '../network/certificates.ts'
import {hostOf, isLoopback} from '../network/loopback.ts'

export type Authorize = (headers: Headers) => void

/**
 * One request with the credential, to the session's own API alone (RFC 6750 5.3). A redirect is handed back, never
 * followed: it could carry the credential elsewhere.
 * @throws Problem ORIGIN_FOREIGN (78), TLS_INSECURE (78)
 */
export async function authorizedFetch(
  apiUrl: string,
  authorize: Authorize,
  input: string | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const url = new URL(input, `${apiUrl}/`)
  if (url.origin !== apiUrl) throw foreignOrigin(url.origin, apiUrl)
  if (networkEnvironment().tlsUnchecked && !isLoopback(hostOf(url))) throw insecure(url.host)
  // The refresh helper trusts the system's store; the API must not be less reachable than the issuer (row 48).
  if (url.protocol === 'https:') await trustCertificates(networkEnvironment().caFile)
  const headers = new Headers(init?.headers)
  authorize(headers)
  return fetch(url, {...init, headers, redirect: 'manual'})
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
