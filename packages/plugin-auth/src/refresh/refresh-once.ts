import type {Entry} from '../ledger/judge.ts'
import {waitForLock} from '../ledger/lock.ts'
import {judgeOrder, patientUntil} from './judge-order.ts'
import {sameGeneration, type RefreshOrder, type RefreshOutcome, type RefreshPorts} from './ports.ts'
import {present} from './present.ts'

/** The run that elected us may be looking at the lock at this very moment: it lets go within a millisecond. */
const LOCK_PATIENCE_MS = 2000

/**
 * One refresh, from the lock to the saved record. What each point promises is in docs/refresh-protocol.md:
 *
 *   lock → re-read → judge → claim → pre-flights (storage, network) → "sent" → first byte → answer → save → "answered" → unlock
 *
 * A death before "sent" leaves the token unspent (the next run takes the claim over); a death after it leaves the
 * outcome unknown, and the ledger says so; a death after the save leaves a good session.
 */
export async function refreshOnce(order: RefreshOrder, ports: RefreshPorts): Promise<RefreshOutcome> {
  using lock = await waitForLock(() => ports.tryLock(), {...ports, patienceMs: LOCK_PATIENCE_MS})
  if (!lock) return 'held'
  const {ledger, store} = ports
  const head = await store.head()
  if (!head) return 'signed-out'
  // Between the run's look and our lock another refresher may have finished: its result is the one to use.
  if (!sameGeneration(head.generation, order.stale)) return 'adopted'
  const entry = ledger.read(head.generation)
  const judgement = judgeOrder(order, entry, head, ports)
  if (judgement.may !== 'present') return 'not-allowed'
  const stored = await store.read()
  if (!stored) return 'signed-out'
  if (!sameGeneration(stored.generation, order.stale)) return 'adopted'
  const {slowness = 1, tokenValid} = order
  const terms = {patientUntil: patientUntil(order), awaited: !tokenValid, slowness, firstSentAt: firstSentAt(entry)}
  ledger.claim(stored.generation, ports.holder, ports.now())
  return await present(stored, terms, ports)
}

/** A window of grace begins when the server first saw the token, which is never after we have sent it. */
function firstSentAt(entry: Entry | undefined): number | undefined {
  const wasSent = entry?.phase === 'ambiguous' || entry?.phase === 'sent' || entry?.phase === 'uncertain'
  return wasSent ? entry.changedAt : undefined
}
