import type {Lock} from '../ledger/lock.ts'
import type {Ledger} from '../ledger/ledger.ts'
import type {Generation, SessionStore} from '../model.ts'
import type {Answer} from './classify.ts'

/** Why no full answer came (faults section 2). `not-sent`: no byte of the request left this machine. */
export interface TransportFailure {
  readonly phase: 'not-sent' | 'sent'
  readonly kind: string
  readonly host: string
  readonly detail: string
  /** What a proxy answered in the place of a connection. */
  readonly status?: number
}

/** A connection to one server: TCP and TLS are up. Its failures are TransportFailure-shaped errors. */
export interface IssuerConnection extends Disposable {
  /** Another request may follow on it, as far as is known. */
  readonly goesOn: boolean
  /** Asks for a public document; no credential goes along. */
  readonly get: (url: string) => Promise<Answer>
  /** `onReady` is awaited before the first byte of the request. */
  readonly post: (request: FormPost) => Promise<Answer>
}

interface FormPost {
  readonly url: string
  readonly form: Readonly<Record<string, string>>
  readonly onReady: () => Promise<void>
}

export interface Endpoints {
  readonly tokenEndpoint: string
  readonly revocationEndpoint?: string
}

export type RefreshLedger = Pick<Ledger, 'claim' | 'issuerRest' | 'lostAt' | 'read' | 'record' | 'restIssuer' | 'sent'>

/** Everything outside of one refresh: real in the helper, simulated in tests. */
export interface RefreshPorts {
  readonly ledger: RefreshLedger
  readonly store: SessionStore
  /** The session's lock: held while a refresher lives. */
  readonly tryLock: () => Promise<Lock | undefined>
  /** @throws TransportFailure-shaped errors with phase `not-sent`, Problem NETWORK_CA_FILE (78) */
  readonly connect: (url: string) => Promise<IssuerConnection>
  /**
   * `fresh`: by the issuer's metadata as it is now, whatever was recorded.
   * @throws Problem AUTH_ISSUER_MISMATCH (78), or TransportFailure-shaped errors
   */
  readonly discover: (fresh?: boolean) => Promise<Endpoints>
  /** RFC 7009, for a token that was never presented. True when the server confirmed. Never throws. */
  readonly giveBack: (refreshToken: string) => Promise<boolean>
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** From 0 to 1, for jitter. */
  readonly random: () => number
  /** Who we are, for the run that waits: "pid 4711". */
  readonly holder: string
}

/** What a run asks of the refresher. */
export interface RefreshOrder {
  /** The generation to be replaced: when another one is stored by now, there is nothing to do. */
  readonly stale: Generation
  readonly tokenValid: boolean
  readonly replay: boolean
  /** When the process of the run that orders began, ms since the epoch. */
  readonly runStartedAt: number
  /** How many times longer than on an ordinary machine everything takes; 1 unless given. */
  readonly slowness?: number
}

/** How one attempt ended; the reasons of `failed` are in the ledger, for every run that waited. */
export type RefreshOutcome = 'adopted' | 'failed' | 'held' | 'not-allowed' | 'saved' | 'signed-out'

export function sameGeneration(a: Generation, b: Generation): boolean {
  return a.sessionId === b.sessionId && a.sequence === b.sequence && a.digest === b.digest
}
