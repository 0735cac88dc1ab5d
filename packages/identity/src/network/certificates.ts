import {X509Certificate} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {getCACertificates, setDefaultCACertificates, type TLSSocket} from 'node:tls'
import {EXIT} from '../exit-codes.ts'
import {isProblem, Problem} from '../problem.ts'
import {type CertificateSummary, NetworkFailure} from './network-failure.ts'

/** The default certificates belong to the process, so what was added to them does, too. */
const added = new Set<string>()

/**
 * Adds the system's certificate store and SUPERSET_CA_FILE to what Node trusts, for every TLS connection of this
 * process. Reading the store takes time: call it right before the first connection, not at the start.
 * @throws Problem NETWORK_CA_FILE (78)
 */
export function trustCertificates(caFile: string | undefined): void {
  const key = `system and ${caFile}`
  if (added.has(key)) return
  trust([...getCACertificates('system'), ...(caFile === undefined ? [] : readAuthorities(caFile))])
  added.add(key)
}

/** SUPERSET_CA_FILE alone, which takes no time. @throws Problem NETWORK_CA_FILE (78) */
export function trustAuthorities(caFile: string): void {
  trust(readAuthorities(caFile))
}

function trust(more: readonly string[]): void {
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...more])])
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** What is between the markers must be a certificate: Node leaves out in silence what is none. */
function readAuthorities(path: string): readonly string[] {
  const unusable = (why: string, cause?: unknown): Problem =>
    new Problem({
      code: 'NETWORK_CA_FILE',
      message: `SUPERSET_CA_FILE names ${path}, which cannot be used: ${why}.`,
      exit: EXIT.configuration,
      suggestions: ['Name a readable PEM file of certificates, or unset SUPERSET_CA_FILE.'],
      cause,
    })
  try {
    const found = readFileSync(path, 'utf8').match(CERTIFICATE)
    if (!found) throw unusable('it holds no PEM certificate')
    for (const one of found) void new X509Certificate(one)
    return found
  } catch (error) {
    if (isProblem(error)) throw error
    const {code = 'unreadable', syscall} = error as NodeJS.ErrnoException
    throw unusable(syscall === undefined ? 'what it holds is no certificate' : code, error)
  }
}

const UNKNOWN_AUTHORITY = new Set([
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Rows 48 and 49: what is wrong with the certificate that this socket was shown. */
export function certificateFailure(socket: TLSSocket, host: string): NetworkFailure {
  const code = String(socket.authorizationError)
  const certificate = summarize(socket)
  const at = {phase: 'not-sent', host, certificate} as const
  if (UNKNOWN_AUTHORITY.has(code))
    return new NetworkFailure({...at, kind: 'tls-unknown-ca', detail: certificate.issuer ?? 'an unnamed authority'})
  return new NetworkFailure({...at, kind: 'tls-invalid', detail: reason(code, certificate, host)})
}

function reason(code: string, {names, subject, validFrom, validTo}: CertificateSummary, host: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `it expired on ${validTo}`
    case 'CERT_NOT_YET_VALID':
      return `it is not valid before ${validFrom}`
    case 'CERT_REVOKED':
      return 'it was revoked'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `it is for ${names ?? subject ?? 'nobody'}, not for ${host}`
    default:
      return code
  }
}

function summarize(socket: TLSSocket): CertificateSummary {
  const {subject, issuer, subjectaltname, valid_from, valid_to} = socket.getPeerCertificate()
  const name = (of?: {readonly CN?: unknown; readonly O?: unknown}): string | undefined => {
    const value = of?.CN ?? of?.O
    return value === undefined ? undefined : clean(String(value))
  }
  const [subjectName, issuerName] = [name(subject), name(issuer)]
  return {
    ...(subjectName && {subject: subjectName}),
    ...(issuerName && {issuer: issuerName}),
    ...(subjectaltname && {names: clean(subjectaltname.replaceAll(/\b(DNS|IP Address):/g, ''))}),
    ...(valid_from && {validFrom: valid_from}),
    ...(valid_to && {validTo: valid_to}),
  }
}

/** Anybody can write anything into a certificate that nobody signed. */
function clean(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 120)
}
