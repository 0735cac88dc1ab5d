import {isProblem} from '@superset/identity'
import {networkProblem} from '@superset/identity/network'
import type {Reason} from '../ledger/judge.ts'
import type {Binding} from '../model.ts'
import type {FailedAnswer, UntouchedToken} from './classify.ts'
import type {TransportFailure} from './ports.ts'
import * as reasons from './reasons.ts'

/** Faults that a repetition within the same second can mend. */
const PASSING = new Set(['dns', 'refused', 'reset', 'timeout', 'unreachable'])

/** Runs that come a moment later share the finding instead of finding it again. */
export const SHARED_PAUSE_MS = 1000

export function isTransportFailure(error: unknown): error is TransportFailure {
  const {phase, kind} = (error ?? {}) as Partial<TransportFailure>
  return (phase === 'not-sent' || phase === 'sent') && typeof kind === 'string'
}

/** What a missing answer means for the generation (faults rows 45-51, G5). */
export function classifyFailure(failure: TransportFailure, binding: Binding, clockOffsetMs = 0): FailedAnswer {
  if (failure.phase === 'sent') return {kind: 'ambiguous', reason: reasons.answerLost(lostHow(failure, binding))}
  return notSent(failure, binding, clockOffsetMs)
}

function notSent(failure: TransportFailure, binding: Binding, clockOffsetMs: number): UntouchedToken {
  return {
    kind: 'untouched',
    again: PASSING.has(failure.kind),
    ...(failure.kind === 'timeout' && {silent: true}),
    reason: notSentReason(failure, binding, clockOffsetMs),
    notBeforeMs: SHARED_PAUSE_MS,
  }
}

/** A fault of our own preparations: nothing was sent. @throws what is neither a Problem nor a transport failure */
export function classifyPreparation(error: unknown, binding: Binding, clockOffsetMs = 0): UntouchedToken {
  if (isTransportFailure(error)) return notSent(error, binding, clockOffsetMs)
  if (isProblem(error))
    return {kind: 'untouched', again: false, reason: reasons.toReason(error), notBeforeMs: SHARED_PAUSE_MS}
  throw error
}

function lostHow(failure: TransportFailure, binding: Binding): string {
  switch (failure.kind) {
    case 'timeout':
      return `${binding.issuer} did not answer in time.`
    case 'too-large':
      return `${failure.host} ${failure.detail}.`
    case 'cut-off':
      return `Answer from ${binding.issuer} was cut off.`
    default:
      return `Connection to ${binding.issuer} broke while refreshing.`
  }
}

function notSentReason(failure: TransportFailure, binding: Binding, clockOffsetMs: number): Reason {
  const {detail, kind} = failure
  // A certificate is a host's, all else the issuer's.
  const host = kind.startsWith('tls') ? failure.host : binding.issuer
  const problem = networkProblem({...failure, host, detail: detail || kind})
  const message = problem.retryable ? problem.message.replace(/\.$/, '; session kept.') : problem.message
  return {...reasons.toReason(problem), message: `${message}${kind === 'tls-invalid' ? clockOff(clockOffsetMs) : ''}`}
}

/** What was known of our clock when the tokens came: a wrong clock makes good certificates bad (row 49). */
function clockOff(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000)
  return minutes === 0 ? '' : ` Your clock was ${minutes} min off at the last refresh.`
}
