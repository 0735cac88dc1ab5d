import {reasonOf} from '@superset/identity'
/**
 * What asking the operating system's keychain can come to. A failure is never `absent`: a session whose key cannot be
 * reached is not a session that does not exist.
 */
export type KeychainOutcome =
  | {readonly kind: 'absent'}
  | {readonly kind: 'busy'}
  | {readonly kind: 'done'}
  | {readonly kind: 'found'; readonly secret: string}
  | {readonly kind: 'hung'}
  | {readonly kind: 'locked'}
  | {readonly kind: 'unavailable'; readonly reason: string}

export type KeychainFault = Extract<KeychainOutcome, {kind: 'busy' | 'locked' | 'unavailable'}>

/**
 * The native module gives one error class and one code for everything; only its text tells the cases apart.
 * Order matters: a prompt that was dismissed is a D-Bus matter as well.
 */
export function classify(error: unknown): KeychainFault {
  const text = error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error)
  if (/prompt was dismissed|is locked|locked collection|interaction is not allowed/i.test(text)) return {kind: 'locked'}
  if (/did not receive a reply|NoReply|timed? ?out|LimitsExceeded/i.test(text)) return {kind: 'busy'}
  return {kind: 'unavailable', reason: reasonOf(error).replace(/^Platform failure: /, '')}
}
