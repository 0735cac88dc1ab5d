import type {Fault} from './fault.ts'

const TRIES = 3
/** A wait that a server asks for is worth it up to here; beyond, the person is told instead. */
const LONGEST_WAIT_MS = 20_000
const FIRST_WAIT_MS = 300

export interface Attempt {
  readonly mutation: boolean
  /** 1 for the first try. */
  readonly number: number
}

/**
 * How long to wait before the next try, in milliseconds; `undefined` to give up. A mutation is sent again only when
 * nothing of it was sent: anything else may have been carried out.
 */
export function waitBeforeRetry(fault: Fault, {mutation, number}: Attempt, random = Math.random()): number | undefined {
  if (number >= TRIES || !isWorthwhile(fault, mutation)) return undefined
  const asked =
    'retryAfterSeconds' in fault && fault.retryAfterSeconds !== undefined ? fault.retryAfterSeconds * 1000 : 0
  if (asked > LONGEST_WAIT_MS) return undefined
  const slower = 'status' in fault && fault.status === 429 ? 3 : 1
  const backOff = FIRST_WAIT_MS * slower * 3 ** (number - 1) * (0.75 + random / 2)
  return Math.max(asked, Math.round(backOff))
}

function isWorthwhile(fault: Fault, mutation: boolean): boolean {
  if (fault.kind === 'unsent') return !fault.tls
  if (fault.kind === 'barred') return fault.problem.retryable
  if (mutation) return false
  switch (fault.kind) {
    case 'lost': {
      return true
    }

    case 'redirected':
    case 'too-large': {
      return false
    }

    case 'refused': {
      return isTemporary(fault.status) && apiKeyFault(fault) === undefined && relayRefusal(fault) === undefined
    }

    case 'foreign': {
      return isTemporary(fault.status) || fault.status === 200
    }
  }
}

export function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** What the service says of a key that it does not take, and what that means for its owner. */
const KEY_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^invalid api key/i, 'is not valid. It may have been revoked.'],
  [/^api key not found/i, 'is not valid. It may have been revoked.'],
  [/^api key is disabled/i, 'is disabled.'],
  [/^api key has expired/i, 'has expired.'],
  [/^api key has reached its usage limit/i, 'has reached its usage limit.'],
]

/**
 * Rows 90 and 90b: the service looks at the key before it looks at the question, so nothing was done; it answers 500, not 401.
 * @returns what is wrong with the key, as the end of a sentence; `undefined` when that is not what was said
 */
export function apiKeyFault(fault: Fault): string | undefined {
  if (fault.kind !== 'refused') return undefined
  return KEY_FAULTS.find(([pattern]) => pattern.test(fault.message))?.[1]
}

/**
 * What the relay says in the place of a host, which does not change within seconds: it does not reach the host, or has stopped
 * waiting for its answer after 30 s, while the host goes on.
 */
export function relayRefusal(fault: Fault): 'offline' | 'timed-out' | undefined {
  if (fault.kind !== 'refused') return undefined
  if (fault.status === 503 && /^host is not online/i.test(fault.message)) return 'offline'
  return fault.status === 502 && /^request timed out/i.test(fault.message) ? 'timed-out' : undefined
}
