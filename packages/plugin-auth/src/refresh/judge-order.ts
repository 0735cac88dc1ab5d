import {isElsewhere} from '../ledger/holder.ts'
import {judge, type Entry, type Judgement} from '../ledger/judge.ts'
import type {Head, SessionStore} from '../model.ts'
import type {RefreshOrder} from './ports.ts'

/** May what an order wants replaced be presented? The run that orders and the refresher judge by the same facts. */
export function judgeOrder(
  order: RefreshOrder,
  entry: Entry | undefined,
  head: Head,
  {store, now}: {readonly store: SessionStore; readonly now: () => number},
): Judgement {
  return judge(entry, {
    policy: store.binding.replayPolicy,
    now: now(),
    tokenValid: order.tokenValid,
    replay: order.replay,
    copied: head.madeElsewhere === true,
    runStartedAt: order.runStartedAt,
    elsewhere: isElsewhere(entry?.holder ?? ''),
  })
}
