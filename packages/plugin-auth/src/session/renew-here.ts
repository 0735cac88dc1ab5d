import {Ledger} from '../ledger/ledger.ts'
import {sessionLocks} from '../ledger/session-locks.ts'
import type {SessionStore} from '../model.ts'
import type {RefreshOrder} from '../refresh/ports.ts'
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
export async function renewBesideHere(order: RefreshOrder, here: Here): Promise<Beside> {
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

function electionOf({homeDir, store}: Here): Election {
  return new Election(sessionLocks(homeDir, store.sessionId))
}

function portsOf({store, tell}: Here, ledger: Ledger, election: Election): RenewPorts {
  return {ledger, store, election, tell, now: Date.now, random: Math.random}
}
