import {EXIT, type ExitCode, Problem} from '@superset/identity'
import {nameOfHolder} from '../ledger/holder.ts'
import type {Entry, Judgement, Reason} from '../ledger/judge.ts'
import type {Binding} from '../model.ts'
import * as reasons from '../refresh/reasons.ts'

/** Why the session cannot be renewed by this run. Pure: the ledger's entry and a judgement in, words out. */
export interface BlockedRenewal {
  readonly reason: Reason
  /** When asking again makes sense, ms since the epoch. */
  readonly notBefore?: number
}

/** An attempt that ended while this run waited for it: its own words. */
export function afterFailure(entry: Entry): BlockedRenewal {
  return {
    reason: entry.reason ?? reasons.helperDied(),
    ...(entry.notBefore !== undefined && {notBefore: entry.notBefore}),
  }
}

/** No attempt may be made now. */
export function afterJudgement(
  judgement: Exclude<Judgement, {may: 'present'}>,
  entry: Entry | undefined,
  binding: Binding,
): BlockedRenewal {
  if (judgement.may === 'wait') {
    if (judgement.why === 'other-host') return stillHeld(entry)
    const reason = judgement.reason ?? entry?.reason ?? reasons.unavailable(binding.issuer)
    return judgement.why === 'later-run' ? {reason} : {reason, notBefore: judgement.until}
  }

  switch (judgement.why) {
    case 'answer-lost':
      return {reason: reasons.interrupted()}
    case 'copied':
      return {reason: reasons.copied()}
    case 'forgotten':
      return {reason: reasons.forgotten()}
    case 'outcome-unknown':
      return {reason: reasons.outcomeUnknown(binding.issuer)}
    case 'refused':
    case 'revoked':
    case 'spent':
      return {reason: entry?.reason ?? reasons.ended(binding.issuer, binding.profile, judgement.why)}
  }
}

/** The budget is used up while another process holds the claim (rows 63 and 67). */
export function stillHeld(entry: Entry | undefined): BlockedRenewal {
  return {reason: reasons.busy(nameOfHolder(entry?.holder ?? ''))}
}

/** A session that has no refresh token and no time left. */
export function notRenewable(binding: Binding): BlockedRenewal {
  return {reason: {...reasons.ended(binding.issuer, binding.profile, 'no refresh token was granted')}}
}

export function toProblem({reason, notBefore}: BlockedRenewal, binding: Binding, now: number): Problem {
  const waitSeconds = notBefore === undefined ? 0 : Math.ceil((notBefore - now) / 1000)
  const pause = reason.exit === EXIT.temporary && waitSeconds > 0
  return new Problem({
    ...reason,
    // A pause of a second is over when it has been read.
    message: pause && waitSeconds > 1 ? `${reason.message} Retry in ${waitSeconds} s.` : reason.message,
    exit: reason.exit as ExitCode,
    issuer: binding.issuer,
    profile: binding.profile,
    ...(pause && {retryAfterSeconds: waitSeconds}),
  })
}
