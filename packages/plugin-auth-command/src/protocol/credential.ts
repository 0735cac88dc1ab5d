import type {Scheme} from '@superset/identity'

/** What one run of the command gave. Kept in memory only. */
export interface Credential {
  readonly token: string
  readonly scheme: Exclude<Scheme, 'ambient'>
  readonly expiresAt?: Date
  readonly issuer?: string
  readonly subject?: string
  readonly account?: string
}

/**
 * What was read. A fault is half a sentence that goes after "the credential command …", and never holds anything of
 * what the command printed.
 */
export type Answer =
  | {readonly kind: 'credential'; readonly credential: Credential}
  | {readonly kind: 'fault'; readonly fault: string}
  | {readonly kind: 'version'; readonly speaks: string; readonly knows: string}
