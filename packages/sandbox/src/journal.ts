import {createHash} from 'node:crypto'
import {type Changes} from './changes.ts'
import {type Exchange} from './http.ts'

/** One request to the token endpoint. Refresh tokens appear as digests only. */
export interface TokenRequest {
  readonly grant: string
  readonly clientId: string | undefined
  readonly resource: string | undefined
  readonly scope: string | undefined
  /** SHA-256 (hex) of the refresh token presented. */
  readonly presented: string | undefined
  readonly receivedAt: Date
  /** When the service had done its work; absent when a fault kept the request from it. */
  committedAt?: Date
  /** When the answer was handed to the network; absent while it is withheld or when the connection was cut. */
  answeredAt?: Date
  status?: number
  /** The `error` member of an OAuth error answer of the service. */
  error?: string
  /** SHA-256 (hex) of the refresh token issued, whether or not the client got to see it. */
  issued?: string
}

/** One request to the revocation endpoint (RFC 7009). */
export interface Revocation {
  readonly presented: string | undefined
  readonly hint: string | undefined
  readonly receivedAt: Date
  status?: number
}

/** One HTTP request for procedures, wherever it went; a batch names several. */
export interface Call {
  readonly method: string
  readonly procedures: readonly string[]
  /** What each procedure was given, as it was sent: a superjson envelope, or undefined where nothing was. */
  readonly inputs: readonly unknown[]
  readonly scheme: 'api-key' | 'bearer' | 'none'
  /** SHA-256 (hex) of the credential. */
  readonly credential: string | undefined
  readonly receivedAt: Date
  status?: number
}

/** One request to the API. */
export interface ApiRequest extends Call {
  readonly organization: string | undefined
}

/** One request to a host service. */
export interface HostRequest extends Call {
  readonly hostId: string
  readonly via: 'loopback' | 'relay'
  /** Whether it carried the host's own secret. */
  readonly authenticated: boolean
  /** The `x-superset-client-machine-id` header. */
  readonly machineId: string | undefined
}

/** One request to the relay, whether or not it was passed on. */
export interface RelayRequest extends Call {
  readonly hostId: string
  readonly organizationId: string
  readonly machineId: string | undefined
}

export interface Counters {
  /** All requests to the service, pages and metadata too; those to the sandbox's own controls are not counted. */
  readonly requests: number
  /** Token requests by grant type. */
  readonly token: Readonly<Record<string, number>>
  readonly revocations: number
  /** API calls by procedure; each call in a batch counts. */
  readonly api: Readonly<Record<string, number>>
}

/** SHA-256 in hex: names a secret without telling it. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** @param prefix what stands before the procedures in the path, without the slash */
export function describeCall({request, body}: Exchange, prefix: string): Call & {machineId: string | undefined} {
  const {headers, method} = request
  const url = new URL(request.url)
  const procedures = url.pathname.slice(prefix.length + 1).split(',')
  const sent = parse(method === 'GET' ? url.searchParams.get('input') : body)
  const batched = (sent ?? {}) as Readonly<Record<number, unknown>>
  const inputs = url.searchParams.has('batch') ? procedures.map((_, index) => batched[index]) : [sent]
  const key = headers.get('x-api-key')
  const bearer = headers.get('authorization')?.replace(/^bearer /i, '')
  const credential = key ?? bearer
  return {
    ...{method, procedures, inputs},
    scheme: key ? 'api-key' : bearer ? 'bearer' : 'none',
    credential: credential ? digest(credential) : undefined,
    machineId: headers.get('x-superset-client-machine-id') ?? undefined,
    receivedAt: new Date(),
  }
}

/** What is no JSON is kept as it came. */
function parse(text: string | null): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What has been asked of the service since the start or the last reset. */
export class Journal {
  readonly #changes: Changes
  #requests = 0
  token: TokenRequest[] = []
  revocations: Revocation[] = []
  api: ApiRequest[] = []

  constructor(changes: Changes) {
    this.#changes = changes
  }

  get counters(): Counters {
    return {
      requests: this.#requests,
      token: count(this.token.map(({grant}) => grant)),
      revocations: this.revocations.length,
      api: count(this.api.flatMap(({procedures}) => procedures)),
    }
  }

  countRequest(): void {
    this.#requests++
  }

  /** Appends an entry at once; the caller completes it as the request goes on and announces each step. */
  record<Name extends 'api' | 'revocations' | 'token'>(name: Name, entry: Journal[Name][number]): void {
    ;(this[name] as unknown[]).push(entry)
    this.announce()
  }

  announce(): void {
    this.#changes.announce()
  }

  reset(): void {
    this.#requests = 0
    this.token = []
    this.revocations = []
    this.api = []
    this.announce()
  }
}

function count(names: readonly string[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const name of names) totals[name] = (totals[name] ?? 0) + 1
  return totals
}
