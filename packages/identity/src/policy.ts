import type {LoginMethod, Storage} from './values.ts'

/** What a machine-wide policy says about signing in. Read-only for everybody but the machine's administrator. */
export interface IdentityPolicy {
  /** The policy file, for messages. */
  readonly file: string
  /** The only issuer that people may sign in at. */
  readonly issuer?: string
  readonly clientId?: string
  /** The only API that a credential may be sent to. */
  readonly apiUrl?: string
  /** The only methods that are allowed. */
  readonly methods?: readonly LoginMethod[]
  /** The only storages that are allowed. */
  readonly storages?: readonly Storage[]
  /** `refuse`: a session whose scope is wider than what was asked for is not used (fault row 41). */
  readonly widerScope?: 'refuse'
}
