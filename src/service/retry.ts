import type {Fault} from './fault.ts'

export const TRIES = 3
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
  if (mutation) return false
  switch (fault.kind) {
    case 'lost': {
      return true
    }

    case 'redirected': {
      return false
    }

    case 'refused': {
      return isTemporary(fault.status) && !isBadApiKey(fault)
    }

    case 'foreign': {
      return isTemporary(fault.status) || fault.status === 200
    }
  }
}

export function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** The service answers 500, not 401, to an API key that it does not know. */
export function isBadApiKey(fault: Fault): boolean {
  return fault.kind === 'refused' && /^invalid api key/i.test(fault.message)
}
