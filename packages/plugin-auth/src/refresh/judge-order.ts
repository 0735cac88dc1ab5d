import {isElsewhere} from '../ledger/holder.ts'
import {judge, type Entry, type Judgement} from '../ledger/judge.ts'
import type {Ledger} from '../ledger/ledger.ts'
import type {Head, SessionStore} from '../model.ts'
import type {RefreshOrder} from './ports.ts'

interface JudgePorts {
  readonly ledger: Pick<Ledger, 'lostAt'>
  readonly store: SessionStore
  readonly now: () => number
}

/** May what an order wants replaced be presented? The run that orders and the refresher judge by the same facts. */
export function judgeOrder(
  order: RefreshOrder,
  entry: Entry | undefined,
  head: Head,
  {ledger, store, now}: JudgePorts,
): Judgement {
  const lostAt = ledger.lostAt()
  return judge(entry, {
    policy: store.binding.replayPolicy,
    now: now(),
    tokenValid: order.tokenValid,
    replay: order.replay,
    copied: head.madeElsewhere === true,
    runStartedAt: order.runStartedAt,
    // As old as the loss: it may have been presented before.
    forgotten: lostAt !== undefined && head.receivedAt <= lostAt,
    elsewhere: isElsewhere(entry?.holder ?? ''),
  })
}
