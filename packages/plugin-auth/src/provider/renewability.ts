import {isElsewhere} from '../ledger/holder.ts'
import {judge, type Entry} from '../ledger/judge.ts'
import {Ledger} from '../ledger/ledger.ts'
import {isHeld} from '../ledger/lock.ts'
import {tokenLocks} from '../ledger/token-locks.ts'
import type {Head, SessionStore} from '../model.ts'
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
  at: RenewabilityContext,
): Promise<string | undefined> {
  const {entry, lostAt} = await recall(head, at.homeDir)
  const judgement = judge(entry, {
    policy: store.binding.replayPolicy,
    now: at.now,
    tokenValid: at.tokenValid,
    replay: false,
    copied: head.madeElsewhere === true,
    runStartedAt: at.now,
    forgotten: lostAt !== undefined && head.receivedAt <= lostAt,
    elsewhere: isElsewhere(entry?.holder ?? ''),
  })
  return judgement.may === 'never' ? afterJudgement(judgement, entry, store.binding).reason.message : undefined
}

async function recall(head: Head, homeDir: string): Promise<{entry: Entry | undefined; lostAt: number | undefined}> {
  using ledger = await Ledger.look(homeDir)
  // As the next refresh will take it, which sets the damaged one aside.
  if (!ledger) return {entry: undefined, lostAt: Date.now()}
  const entry = ledger.read(head.generation)
  // "Sent" is a verdict only once its refresher is gone.
  const {refreshing} = tokenLocks(homeDir, head.generation)
  const isUnderWay = entry?.phase === 'sent' && (await isHeld(refreshing))
  return {entry: isUnderWay ? undefined : entry, lostAt: ledger.lostAt()}
}
