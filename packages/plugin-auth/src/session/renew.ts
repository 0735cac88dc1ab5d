import {judge, type Entry, type Judgement} from '../ledger/judge.ts'
import {Ledger} from '../ledger/ledger.ts'
import {sessionLocks} from '../ledger/session-locks.ts'
import type {Head, SessionStore} from '../model.ts'
import {sameGeneration, type RefreshOrder} from '../refresh/ports.ts'
import {helperDied} from '../refresh/reasons.ts'
import {afterFailure, afterJudgement, stillHeld, type Blocked} from './blocked.ts'
import {Election} from './election.ts'

/** G6: all of refreshing, in the foreground. */
const BUDGET_MS = 30_000
const TELL_AFTER_MS = 2000
/** A helper that was killed before it had sent anything is replaced once. */
const MAX_LAUNCHES = 2

export type Renewal =
  | {readonly outcome: 'adopted'; readonly head: Head; /** This run started the helper. */ readonly ours: boolean}
  | {readonly outcome: 'blocked'; readonly blocked: Blocked}
  | {readonly outcome: 'signed-out'}

export interface Renewing {
  readonly homeDir: string
  readonly store: SessionStore
  readonly order: RefreshOrder
  readonly tell: (line: string) => void
}

/**
 * Waits until the stale generation has been replaced, by whomever, or until it is known why it will not be. Of any
 * number of runs one is elected and starts the helper; all of them peek at the store and at the ledger and leave as
 * soon as either has news.
 */
export async function renew({homeDir, store, order, tell}: Renewing): Promise<Renewal> {
  using ledger = await Ledger.open(homeDir)
  using election = new Election(sessionLocks(homeDir, store.sessionId))
  const attemptAtStart = ledger.read(order.stale)?.attempt ?? 0
  const startedAt = performance.now()
  let told = false
  for (let round = 0; ; round++) {
    const news = await look(store, order, ledger.read(order.stale), attemptAtStart)
    if ('outcome' in news) return news.outcome === 'adopted' ? {...news, ours: election.launches > 0} : news
    if (await election.isOpen()) {
      // The store may have changed between our look and our election: only a look from inside decides.
      const entry = ledger.read(order.stale)
      const seen = await look(store, order, entry, attemptAtStart)
      if ('outcome' in seen) return seen
      const judgement = judgeNow(entry, seen, order, store)
      if (judgement.may !== 'present') return blocked(afterJudgement(judgement, entry, store.binding))
      if (election.launches === MAX_LAUNCHES) return blocked({reason: helperDied()})
      await election.start(order, store)
    }

    const waitedMs = performance.now() - startedAt
    if (waitedMs > BUDGET_MS) return blocked(stillHeld(ledger.read(order.stale)))
    if (waitedMs > TELL_AFTER_MS && !told) {
      told = true
      tell(`Waiting for your session with ${store.binding.issuer} to be renewed…`)
    }

    await election.pause(pollMs(round))
  }
}

/** Started beside the run's own work; `settled` is what the run waits for (within the budget) before it ends. */
export interface Beside {
  readonly settled: () => Promise<void>
  readonly blocked?: Blocked
}

const NOTHING_TO_WAIT_FOR: Beside = {settled: () => Promise.resolve()}

/** For a token that still serves: starts the helper unless somebody else did, and returns at once. */
export async function renewBeside({homeDir, store, order}: Omit<Renewing, 'tell'>): Promise<Beside> {
  using ledger = await Ledger.open(homeDir)
  using stack = new DisposableStack()
  const election = stack.use(new Election(sessionLocks(homeDir, store.sessionId)))
  if (!(await election.isOpen())) return NOTHING_TO_WAIT_FOR
  const head = await store.head()
  if (!head || !sameGeneration(head.generation, order.stale)) return NOTHING_TO_WAIT_FOR
  const entry = ledger.read(order.stale)
  const judgement = judgeNow(entry, head, order, store)
  if (judgement.may !== 'present') {
    return {...NOTHING_TO_WAIT_FOR, blocked: afterJudgement(judgement, entry, store.binding)}
  }

  await election.start(order, store)
  const kept = stack.move()
  return {
    async settled() {
      using _election = kept
      await election.helperEnded(BUDGET_MS)
    },
  }
}

/** What the store or the ledger has to say by now; the unchanged head when they have no news. */
async function look(
  store: SessionStore,
  order: RefreshOrder,
  entry: Entry | undefined,
  attemptAtStart: number,
): Promise<Head | Renewal> {
  const head = await store.head()
  if (!head) return {outcome: 'signed-out'}
  if (!sameGeneration(head.generation, order.stale)) return {outcome: 'adopted', head, ours: false}
  // Somebody's attempt began and ended while we waited: its finding is ours too, or 20 runs would ask 20 times.
  if (entry && entry.attempt > attemptAtStart && isOver(entry)) return blocked(afterFailure(entry))
  return head
}

function blocked(why: Blocked): Renewal {
  return {outcome: 'blocked', blocked: why}
}

function judgeNow(entry: Entry | undefined, head: Head, order: RefreshOrder, store: SessionStore): Judgement {
  return judge(entry, {
    policy: store.binding.replayPolicy,
    now: Date.now(),
    tokenValid: order.tokenValid,
    replay: order.replay,
    copied: head.madeElsewhere === true,
    runStartedAt: order.runStartedAt,
  })
}

function isOver(entry: Entry): boolean {
  return entry.phase !== 'claimed' && entry.phase !== 'sent' && entry.reason !== undefined
}

/** 5 ms growing to 40 ms, with jitter, so that a hundred waiting runs do not look in step. */
function pollMs(round: number): number {
  return Math.min(40, 5 * 1.5 ** round) * (0.75 + Math.random() / 2)
}
