import {isProblem} from '@superset/identity'
import type {Entry, Reason} from '../ledger/judge.ts'
import type {Ledger} from '../ledger/ledger.ts'
import type {Binding, Head, SessionStore} from '../model.ts'
import {judgeOrder} from '../refresh/judge-order.ts'
import {sameGeneration, type RefreshOrder} from '../refresh/ports.ts'
import {answerLate, helperDied, toReason} from '../refresh/reasons.ts'
import {afterFailure, afterJudgement, stillHeld, type BlockedRenewal} from './blocked.ts'

/** G6: all of refreshing, in the foreground, on an ordinary machine. */
const BUDGET_MS = 30_000
/** What gives no sign of itself, such as a holder that died, is found by then. */
const PAUSE_MS = 750
const TELL_AFTER_MS = 2000
/** A helper that died before it had sent anything is replaced once; the second time, this process does its work. */
const MAX_LAUNCHES = 2

export type Renewal =
  | {readonly outcome: 'adopted'; readonly head: Head; /** This run started the helper. */ readonly ours: boolean}
  | {readonly outcome: 'blocked'; readonly blocked: BlockedRenewal}
  | {readonly outcome: 'signed-out'}

/** The right to start the refresh helper, seen from the run that asks for it. */
export interface ElectionPort extends Disposable {
  /** True when this run may start a helper now: it is elected, and no refresher is alive. */
  isOpen(): Promise<boolean>
  /** How many helpers this run has started. */
  readonly launches: number
  start(order: RefreshOrder, store: SessionStore): Promise<void>
  /** Waits that long, or until the ledger has news, or our helper has ended. */
  pause(ms: number): Promise<void>
  /** Waits until our helper has ended, at most that long; not at all when none is at work. */
  helperEnded(atMostMs: number): Promise<void>
}

export interface RenewPorts {
  readonly ledger: Pick<Ledger, 'issuerRest' | 'lostAt' | 'read'>
  readonly store: SessionStore
  readonly election: ElectionPort
  /** Ms since the epoch. */
  readonly now: () => number
  /** From 0 to 1, for jitter. */
  readonly random: () => number
  readonly tell: (line: string) => void
}

/**
 * Waits until the stale generation has been replaced, by whomever, or until it is known why it will not be. Of any
 * number of runs one is elected and starts the helper; the others look at store and ledger when the ledger was written, and
 * leave as soon as either has news.
 */
export async function renew(order: RefreshOrder, ports: RenewPorts): Promise<Renewal> {
  const {ledger, store, election, now} = ports
  const attemptAtStart = ledger.read(order.stale)?.attempt ?? 0
  const startedAt = now()
  let told = false
  for (;;) {
    const news = await look(order, attemptAtStart, ports)
    if ('outcome' in news) return news.outcome === 'adopted' ? {...news, ours: election.launches > 0} : news
    if (await election.isOpen()) {
      // The store may have changed between our look and our election: only a look from inside decides.
      const entry = ledger.read(order.stale)
      const seen = await look(order, attemptAtStart, ports)
      if ('outcome' in seen) return seen
      const judgement = judgeOrder(order, entry, seen, ports)
      // Revoked without a reason, it was a logout, and it came between our look and this one.
      if (judgement.may === 'never' && judgement.why === 'revoked' && !entry?.reason) return {outcome: 'signed-out'}
      if (judgement.may === 'present') {
        if (election.launches === MAX_LAUNCHES) return blocked({reason: await whyHelperDied(store)})
        await election.start(order, store)
      } else if (judgement.may === 'never' || judgement.why !== 'other-host') {
        return blocked(afterJudgement(judgement, entry, store.binding))
      }
    }

    const waitedMs = now() - startedAt
    if (waitedMs > TELL_AFTER_MS && !told) {
      told = true
      ports.tell(`Waiting for your session with ${store.binding.issuer} to be renewed…`)
    }

    if (waitedMs > budgetOf(order)) return blocked(tookTooLong(ledger.read(order.stale), election, store.binding))
    // With jitter, so that a hundred waiting runs do not look in step.
    await election.pause(PAUSE_MS * (0.75 + ports.random() / 2))
  }
}

function budgetOf({slowness = 1}: RefreshOrder): number {
  return BUDGET_MS * slowness
}

/** Started beside the run's own work; `settled` is what the run waits for (within the budget) before it ends. */
export interface BackgroundRenewal {
  readonly settled: () => Promise<void>
  readonly blocked?: BlockedRenewal
}

const NOTHING_TO_WAIT_FOR: BackgroundRenewal = {settled: () => Promise.resolve()}

/** For a token that still serves: starts the helper unless somebody else did, and returns at once. */
export async function renewBeside(order: RefreshOrder, ports: RenewPorts): Promise<BackgroundRenewal> {
  const {ledger, store, election} = ports
  if (!(await election.isOpen())) return NOTHING_TO_WAIT_FOR
  const entry = ledger.read(order.stale)
  const head = await store.head()
  if (!head || !sameGeneration(head.generation, order.stale)) return NOTHING_TO_WAIT_FOR
  const judgement = judgeOrder(order, entry, head, ports)
  if (judgement.may !== 'present') {
    return {...NOTHING_TO_WAIT_FOR, blocked: afterJudgement(judgement, entry, store.binding)}
  }

  await election.start(order, store)
  return {settled: () => election.helperEnded(budgetOf(order))}
}

/**
 * What the store or the ledger has to say by now; the unchanged head when they have no news. The ledger is read first: a
 * refresher saves and then writes "answered", so whoever reads them the other way round can see the old record beside the
 * new word, and take a success for a failure.
 */
async function look(order: RefreshOrder, attemptAtStart: number, ports: RenewPorts): Promise<Head | Renewal> {
  const entry = ports.ledger.read(order.stale)
  const head = await ports.store.head()
  if (!head) return {outcome: 'signed-out'}
  if (!sameGeneration(head.generation, order.stale)) return {outcome: 'adopted', head, ours: false}
  // Somebody's attempt began and ended while we waited: its finding is ours too, or 20 runs would ask 20 times.
  if (entry && entry.attempt > attemptAtStart && isOver(entry)) return blocked(afterFailure(entry))
  return head
}

/** A helper that died without a word could not even write its claim: the storage may know why. */
async function whyHelperDied(store: SessionStore): Promise<Reason> {
  try {
    await using _space = await store.preflight()
    return helperDied()
  } catch (error) {
    if (!isProblem(error)) throw error
    return toReason(error)
  }
}

/** What the refresher has met and still tries against; row 50 when it is ours, and waits for the server; else rows 63 and 67. */
function tookTooLong(entry: Entry | undefined, {launches}: ElectionPort, {issuer}: Binding): BlockedRenewal {
  if (entry?.phase === 'claimed' && entry.reason) return {reason: entry.reason}
  return launches > 0 && entry?.phase === 'sent' ? {reason: answerLate(issuer)} : stillHeld(entry)
}

function blocked(why: BlockedRenewal): Renewal {
  return {outcome: 'blocked', blocked: why}
}

function isOver(entry: Entry): boolean {
  return entry.phase !== 'claimed' && entry.phase !== 'sent' && entry.reason !== undefined
}
