/** Why there is no full answer (faults section 2). */
export type NetworkFailureKind =
  | 'cut-off'
  | 'dns'
  | 'insecure'
  | 'protocol'
  | 'proxy'
  | 'proxy-auth'
  | 'proxy-certificate'
  | 'proxy-plain'
  | 'proxy-refused'
  | 'proxy-setting'
  | 'proxy-unsupported'
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'tls'
  | 'tls-invalid'
  | 'tls-plain'
  | 'tls-unknown-ca'
  | 'too-large'
  | 'unreachable'

/** What the server's certificate says of itself; nothing in it was verified. */
export interface CertificateSummary {
  readonly subject?: string
  readonly issuer?: string
  readonly names?: string
  readonly validFrom?: string
  readonly validTo?: string
}

export interface NetworkFailureDetails {
  /** `not-sent`: no byte of the request left this machine. `sent`: the first byte may have. */
  readonly phase: 'not-sent' | 'sent'
  readonly kind: NetworkFailureKind
  readonly host: string
  /** For a person; never holds a secret. */
  readonly detail: string
  readonly certificate?: CertificateSummary
  /** What a proxy answered in the place of a connection. */
  readonly status?: number
  readonly cause?: unknown
}

/** Why there was no answer; `phase` says whether the request may have reached the server. */
export class NetworkFailure extends Error {
  readonly phase: 'not-sent' | 'sent'
  readonly kind: NetworkFailureKind
  readonly host: string
  readonly detail: string
  readonly certificate?: CertificateSummary
  readonly status?: number

  constructor({phase, kind, host, detail, certificate, status, cause}: NetworkFailureDetails) {
    super(`${host}: ${detail}`, cause === undefined ? undefined : {cause})
    this.name = 'NetworkFailure'
    this.phase = phase
    this.kind = kind
    this.host = host
    this.detail = detail
    if (certificate) this.certificate = certificate
    if (status !== undefined) this.status = status
  }
}

/** Also of a copy of this module: the CLI and its plugins each bring one. */
export function isNetworkFailure(error: unknown): error is NetworkFailure {
  return error instanceof Error && error.name === 'NetworkFailure'
}

const KINDS: Readonly<Record<string, NetworkFailureKind>> = {
  EADDRNOTAVAIL: 'unreachable',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ECONNABORTED: 'reset',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EHOSTDOWN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'dns',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
}

/** What came in the place of a handshake is not TLS (row 114). */
const PLAIN = new Set(['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_WRONG_VERSION_NUMBER'])

const WORDS: Readonly<Partial<Record<NetworkFailureKind, string>>> = {
  dns: 'the name cannot be resolved',
  refused: 'connection refused',
  reset: 'the connection was reset',
  timeout: 'no connection in time',
  'tls-plain': 'it does not speak TLS',
  unreachable: 'host unreachable',
}

/** Names an error of a socket. Errors of several attempts (IPv6 and IPv4) count as the first of them. */
export function socketFailure(
  error: unknown,
  at: {readonly phase: 'not-sent' | 'sent'; readonly host: string},
): NetworkFailure {
  if (isNetworkFailure(error)) return error
  const code = codeOf(error)
  const kind = KINDS[code] ?? (PLAIN.has(code) ? 'tls-plain' : /SSL|TLS|EPROTO/.test(code) ? 'tls' : 'protocol')
  return new NetworkFailure({...at, kind, detail: WORDS[kind] ?? (code || 'the connection failed'), cause: error})
}

function codeOf(error: unknown): string {
  const {code, errors} = (error ?? {}) as {code?: unknown; errors?: readonly unknown[]}
  if (typeof code === 'string') return code
  return errors?.length ? codeOf(errors[0]) : ''
}
