import {getCACertificates, setDefaultCACertificates} from 'node:tls'
import type {BoundRequest} from '@superset/identity'
import {isTlsUnchecked} from '../env.ts'
import {insecure} from '../problems.ts'
import {isLoopback} from '../settings.ts'

let trusted = false

/** One request that carries a credential. @throws Problem TLS_INSECURE (78) */
export async function send(url: URL, request: BoundRequest): Promise<Response> {
  if (isTlsUnchecked() && !isLoopback(url.hostname)) throw insecure(url.host)
  if (url.protocol === 'https:') trustSystem()
  return fetch(url, request)
}

/** What the operating system trusts, besides what Node and SUPERSET_CA_FILE bring; reading it takes time. */
function trustSystem(): void {
  if (trusted) return
  trusted = true
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...getCACertificates('system')])])
}
