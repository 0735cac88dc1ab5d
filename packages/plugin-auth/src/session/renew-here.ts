import {Ledger} from '../ledger/ledger.ts'
import {sessionLocks} from '../ledger/session-locks.ts'
import {isProblem} from '@superset/identity'
import type {Generation, SessionStore} from '../model.ts'
import type {RefreshOrder} from '../refresh/ports.ts'
import {helperDied, toReason} from '../refresh/reasons.ts'
import {notRenewable, toProblem} from './blocked.ts'
import {Election} from './election.ts'
import {renew, renewBeside, type Beside, type Renewal, type RenewPorts} from './renew.ts'

export interface Here {
  readonly homeDir: string
  readonly store: SessionStore
  readonly tell: (line: string) => void
}

/** `renew` with this machine's ledger, locks and helper. @throws Problem LEDGER_UNUSABLE, STORE_* (74, 78) */
export async function renewHere(order: RefreshOrder, here: Here): Promise<Renewal> {
  using ledger = await Ledger.open(here.homeDir)
  using election = electionOf(here)
  return await renew(order, portsOf(here, ledger, election))
}

/** `renewBeside` with this machine's ledger, locks and helper; the election is held until `settled` was called. */
async function renewBesideHere(order: RefreshOrder, here: Here): Promise<Beside> {
  using ledger = await Ledger.open(here.homeDir)
  using held = new DisposableStack()
  const election = held.use(electionOf(here))
  const beside = await renewBeside(order, portsOf(here, ledger, election))
  if (election.launches === 0) return beside
  const kept = held.move()
  return {
    ...beside,
    async settled() {
      using _election = kept
      await beside.settled()
    },
  }
}

/** Renews for a run that cannot go on without. @returns false when signed out. @throws Problem as `renewHere`, AUTH_* */
export async function renewForRun(stale: Generation, runStartedAt: number, here: Here): Promise<boolean> {
  const {binding} = here.store
  if (stale.digest === '') throw toProblem(notRenewable(binding), binding, Date.now())
  const renewal = await renewHere({stale, tokenValid: false, replay: false, runStartedAt}, here)
  if (renewal.outcome === 'blocked') throw toProblem(renewal.blocked, binding, Date.now())
  return renewal.outcome === 'adopted'
}

/** Renews beside a run whose token serves: nothing that goes wrong here may fail it (G3). */
export async function renewBesideRun(stale: Generation, runStartedAt: number, here: Here): Promise<Beside> {
  try {
    return await renewBesideHere({stale, tokenValid: true, replay: false, runStartedAt}, here)
  } catch (error) {
    const reason = isProblem(error) ? toReason(error) : helperDied()
    return {settled: () => Promise.resolve(), blocked: {reason}}
  }
}

function electionOf({homeDir, store}: Here): Election {
  return new Election(sessionLocks(homeDir, store.sessionId))
}

function portsOf({store, tell}: Here, ledger: Ledger, election: Election): RenewPorts {
  return {ledger, store, election, tell, now: Date.now, random: Math.random}
}
