import type {ReplayPolicy} from '../model.ts'

/**
 * What is known of the presentation of one generation (faults G5).
 * - `claimed`: somebody has the right to present it; nothing was sent.
 * - `sent`: the first byte may have left; the answer is not in.
 * - `untouched`: certainly not spent, whether it was sent or not. `uncertain`: a 5xx or 408; may be spent. `ambiguous`: no full answer.
 * - `answered`: spent, and its successor is stored. `refused`: the server will not have it. `revoked`: given back.
 */
export type Phase = 'ambiguous' | 'answered' | 'claimed' | 'refused' | 'revoked' | 'sent' | 'uncertain' | 'untouched'

/** What a person is told of an attempt that failed; kept in the ledger so that every waiting run says the same. */
export interface Reason {
  readonly code: string
  readonly message: string
  readonly exit: number
  readonly suggestions: readonly string[]
  readonly retryable: boolean
}

export interface Entry {
  readonly phase: Phase
  /** How many times the token may have reached the server. */
  readonly presented: number
  /** Number of the attempt that last changed this entry; grows by one with each claim. */
  readonly attempt: number
  readonly holder: string
  readonly changedAt: number
  /** Nobody presents it before this instant. */
  readonly notBefore?: number
  readonly reason?: Reason
}

export type Judgement =
  | {readonly may: 'present'}
  /** Not now. `reason` when there is more to say than "wait". */
  | {
      readonly may: 'wait'
      readonly until: number
      readonly why: 'later-run' | 'not-before' | 'other-host' | 'refused'
      /** What the issuer said when it named the pause, perhaps to another session. */
      readonly reason?: Reason
    }
  | {
      readonly may: 'never'
      readonly why: 'answer-lost' | 'copied' | 'forgotten' | 'outcome-unknown' | 'refused' | 'revoked' | 'spent'
    }

export interface JudgementInput {
  readonly policy: ReplayPolicy
  readonly now: number
  /** The access token still serves: there is time, so no risk is taken. */
  readonly tokenValid: boolean
  /** `auth refresh --replay`: a person takes the risk knowingly. */
  readonly replay: boolean
  /** The record was made on another machine (row 67b). */
  readonly copied: boolean
  /** When the run that asks began: an uncertain generation is presented again by a later run only. */
  readonly runStartedAt: number
  /** What was known of it was lost with a damaged ledger. */
  readonly forgotten?: boolean
  /** The pause that the issuer named, to whomever. */
  readonly rest?: RestPeriod | undefined
  /** A pause of the issuer's that ends by then is waited for by whoever presents. */
  readonly patientUntil?: number
  /** The claim was written under another kernel, whose locks are not seen here (row 67). */
  readonly elsewhere?: boolean
}

/** Nobody asks this issuer before then. */
export interface RestPeriod {
  readonly until: number
  readonly reason?: Reason
}

/** Longer than any refresh takes: 60 s for the answer, and a slow disk. */
const LEASE_MS = 120_000

/**
 * May this generation be presented (again)? Call it only while nobody alive holds the claim: then `claimed` means that
 * its holder died before sending, `sent` that it died after.
 */
export function judge(entry: Entry | undefined, at: JudgementInput): Judgement {
  const judgement = judgeOutcome(entry, at)
  return judgement.may === 'present' ? (judgePause(entry, at) ?? judgement) : judgement
}

/** What may be presented may have to wait. A pause of our own is for sharing a finding, and nobody waits it out. */
function judgePause(entry: Entry | undefined, {now, rest, patientUntil = now}: JudgementInput): Judgement | undefined {
  const restsUntil = rest?.until ?? now
  const until = entry?.notBefore ?? now
  if (until > now && until > restsUntil) return {may: 'wait', until, why: 'not-before'}
  if (restsUntil <= now || restsUntil <= patientUntil) return undefined
  return {may: 'wait', until: restsUntil, why: 'not-before', ...(rest?.reason && {reason: rest.reason})}
}

function judgeOutcome(entry: Entry | undefined, at: JudgementInput): Judgement {
  // Where a replay ends everything, a copy presents nothing: the original may present, or have presented, the same.
  if (at.copied && at.policy === 'user' && !at.replay) return {may: 'never', why: 'copied'}
  if (!entry) return at.forgotten ? judgeForgotten(at) : {may: 'present'}
  if (entry.phase === 'refused') return judgeRefused(entry, at)
  if (entry.phase === 'revoked') return {may: 'never', why: 'revoked'}
  if (entry.phase === 'answered') return {may: 'never', why: 'spent'}
  if (at.elsewhere && (entry.phase === 'claimed' || entry.phase === 'sent')) return judgeElsewhere(entry, at)
  if (entry.phase === 'uncertain') return judgeUncertain(entry, at)
  if (entry.phase === 'ambiguous' || entry.phase === 'sent') return judgeAmbiguous(entry, at)
  return {may: 'present'}
}

/** It may have been presented, and nobody knows when: no window of grace is counted on. */
function judgeForgotten(at: JudgementInput): Judgement {
  const replayIsHarmless = at.policy === 'none' || at.policy === 'session'
  return at.replay || replayIsHarmless ? {may: 'present'} : {may: 'never', why: 'forgotten'}
}

/** G1: a refusal with a reason is final; one without is tried again, but not before 15 minutes have passed. */
function judgeRefused(entry: Entry, at: JudgementInput): Judgement {
  if (entry.notBefore === undefined) return {may: 'never', why: 'refused'}
  if (entry.notBefore > at.now) return {may: 'wait', until: entry.notBefore, why: 'refused'}
  return {may: 'present'}
}

function judgeUncertain(entry: Entry, at: JudgementInput): Judgement {
  if (at.replay || replayCostsNothing(entry, at)) return {may: 'present'}
  // `user`: one more presentation in all, in a later run, and not while the access token serves.
  if (at.policy !== 'user' || entry.presented >= 2) return {may: 'never', why: 'outcome-unknown'}
  if (at.tokenValid || at.runStartedAt <= entry.changedAt)
    return {may: 'wait', until: entry.changedAt, why: 'later-run'}
  return {may: 'present'}
}

/** Nobody here can tell whether that holder lives: wait the lease, then think the worst. A clock set back waits no longer. */
function judgeElsewhere(entry: Entry, at: JudgementInput): Judgement {
  const until = Math.min(entry.changedAt, at.now) + LEASE_MS
  if (entry.changedAt + LEASE_MS > at.now && !at.replay) return {may: 'wait', until, why: 'other-host'}
  return judgeAmbiguous(entry, at)
}

function judgeAmbiguous(entry: Entry, at: JudgementInput): Judgement {
  if (at.replay || replayCostsNothing(entry, at)) return {may: 'present'}
  return {may: 'never', why: 'answer-lost'}
}

function replayCostsNothing(entry: Entry, at: JudgementInput): boolean {
  if (at.policy === 'none' || at.policy === 'session') return true
  if (at.policy === 'user') return false
  return at.now - entry.changedAt <= at.policy.graceMs
}
