import type {Entry} from '../ledger/judge.ts'
import {Ledger} from '../ledger/ledger.ts'
import {isHeld} from '../ledger/lock.ts'
import {tokenLocks} from '../ledger/token-locks.ts'
import type {Head, SessionStore} from '../model.ts'
import {judgeOrder} from '../refresh/judge-order.ts'
import {afterJudgement} from '../session/blocked.ts'

export interface RenewabilityContext {
  readonly homeDir: string
  readonly now: number
  readonly tokenValid: boolean
}

/** What keeps a session with a refresh token from ever being renewed, as the ledger knows it; `undefined`: nothing. */
export async function whyNotRenewable(
  head: Head,
  store: SessionStore,
  {homeDir, now, tokenValid}: RenewabilityContext,
): Promise<string | undefined> {
  using ledger = await Ledger.look(homeDir)
  const entry = ledger && (await settledEntry(ledger, head, homeDir))
  const order = {stale: head.generation, tokenValid, replay: false, runStartedAt: now}
  // Of a damaged one as the next refresh will take it, which sets it aside.
  const known = ledger ?? {issuerRest: () => undefined, lostAt: () => now}
  const judgement = judgeOrder(order, entry, head, {ledger: known, store, now: () => now})
  return judgement.may === 'never' ? afterJudgement(judgement, entry, store.binding).reason.message : undefined
}

/** "Sent" is a verdict only once its refresher is gone. */
async function settledEntry(ledger: Ledger, {generation}: Head, homeDir: string): Promise<Entry | undefined> {
  const entry = ledger.read(generation)
  const isUnderWay = entry?.phase === 'sent' && (await isHeld(tokenLocks(homeDir, generation).refreshing))
  return isUnderWay ? undefined : entry
}
