import type {LoginOptions, Problem} from '../../../src/index.ts'
import {problem, unreachable} from './problems.ts'
import {locked, type Place, type Stored} from './store.ts'

/** The decisions of the reference provider that a mutant gets wrong, each with the right one below. */
export interface Behaviour {
  /** Before a request leaves with the credential. @throws Problem */
  checkOrigin(url: URL, apiUrl: string): void
  readonly redirect: 'follow' | 'manual'
  /** Whether the token is renewed before it is used. */
  needsRenewal(stored: Stored): boolean
  /** One renewal at a time. */
  exclusively<T>(place: Place, work: () => Promise<T>): Promise<T>
  /** The issuer said that it cannot answer now. */
  onUnavailable(place: Place): Promise<void>
  /** The token endpoint could not be reached. */
  offline(): Problem
  /** session() found nothing that can be used. */
  onNoSession(issuer: string): void
  /** Last change to what is thrown. */
  toThrown(error: Problem, stored: Stored): Error
  signalOf(options: LoginOptions): AbortSignal | undefined
  isOurs(state: string | null, expected: string): boolean
  /** Whether the token may be revoked at sign-out. */
  mayRevoke(stored: Stored): boolean
  /** A revocation of which nothing is known. */
  onUnknownRevocation(revoke: () => Promise<void>): Promise<void>
  readonly forgetsFirst: boolean
  /** What describe() does besides reading its file. */
  onDescribe(stored: Stored): Promise<void>
  readonly fileMode: number
  /** The API said 401, for the how manyth time. */
  renewsOn401(times: number): boolean
}

export const CORRECT: Behaviour = {
  checkOrigin(url, apiUrl) {
    if (url.origin === apiUrl) return
    throw problem('ORIGIN_FOREIGN', 78, `This session belongs to ${apiUrl}; nothing is sent to ${url.origin}.`)
  },
  redirect: 'manual',
  needsRenewal: ({expiresAt}) => expiresAt <= Date.now(),
  exclusively: (place, work) => locked(place, 'renewal', work),
  onUnavailable: async () => {},
  offline: unreachable,
  onNoSession: () => {},
  toThrown: (error) => error,
  signalOf: ({signal}) => signal,
  isOurs: (state, expected) => state === expected,
  mayRevoke: ({held}) => held === undefined || held.why === 'busy',
  onUnknownRevocation: async () => {},
  forgetsFirst: true,
  onDescribe: async () => {},
  fileMode: 0o600,
  renewsOn401: (times) => times === 1,
}
