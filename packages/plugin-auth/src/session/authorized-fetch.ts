import {type BoundRequest, EXIT, Problem} from '@superset/identity'
import {networkEnvironment} from '../env.ts'
import {trustCertificates} from '../network/certificates.ts'
import {lightFetch} from '../network/light-fetch.ts'
import {hostOf, isLoopback} from '../network/loopback.ts'

/** One request that carries a credential. A redirect is handed back. @throws Problem TLS_INSECURE (78) */
export async function authorizedFetch(url: URL, request: BoundRequest): Promise<Response> {
  if (networkEnvironment().tlsUnchecked && !isLoopback(hostOf(url))) throw insecure(url.host)
  // The refresh helper trusts the system's store; the API must not be less reachable than the issuer (row 48).
  if (url.protocol === 'https:') await trustCertificates(networkEnvironment().caFile)
  const {body, headers, method = 'GET', signal} = request
  if (body != null && typeof body !== 'string' && !(body instanceof Uint8Array)) return fetch(url, request)
  return lightFetch(url, {method, headers, ...(body != null && {body}), ...(signal && {signal})})
}

function insecure(host: string): Problem {
  return new Problem({
    code: 'TLS_INSECURE',
    message: `NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates; nothing secret is sent to ${host}.`,
    exit: EXIT.configuration,
    suggestions: ['Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private authority set SUPERSET_CA_FILE.'],
  })
}
