import {isElsewhere} from '../ledger/holder.ts'
import {judge, type Entry, type Judgement} from '../ledger/judge.ts'
import type {Ledger} from '../ledger/ledger.ts'
import type {Head, SessionStore} from '../model.ts'
import type {RefreshOrder} from './ports.ts'

/** A run gives up after 30 s; the exchange has to fit in, too. */
const PATIENCE_MS = 20_000

interface JudgePorts {
  readonly ledger: Pick<Ledger, 'issuerRest' | 'lostAt'>
  readonly store: SessionStore
  readonly now: () => number
}

/**
 * Until when the refresher sits out a pause that the issuer named (rows 19 and 23), instead of sending the run away: it
 * has nothing better to do while its token does not serve. Ms since the epoch.
 */
export function patientUntil({runStartedAt, tokenValid}: RefreshOrder): number {
  return tokenValid ? 0 : runStartedAt + PATIENCE_MS
}

/** May what an order wants replaced be presented? The run that orders and the refresher judge by the same facts. */
export function judgeOrder(
  order: RefreshOrder,
  entry: Entry | undefined,
  head: Head,
  {ledger, store, now}: JudgePorts,
): Judgement {
  const lostAt = ledger.lostAt()
  const {issuer, replayPolicy: policy} = store.binding
  const at = now()
  return judge(entry, {
    policy,
    now: at,
    rest: ledger.issuerRest(issuer, at),
    patientUntil: patientUntil(order),
    tokenValid: order.tokenValid,
    replay: order.replay,
    copied: head.madeElsewhere === true,
    runStartedAt: order.runStartedAt,
    // As old as the loss: it may have been presented before.
    forgotten: lostAt !== undefined && head.receivedAt <= lostAt,
    elsewhere: isElsewhere(entry?.holder ?? ''),
  })
}
