import {Ledger} from '../ledger/ledger.ts'
import {isProblem, type Problem, type RunStart} from '@superset/identity'
import type {Generation, SessionStore} from '../model.ts'
import type {RefreshOrder} from '../refresh/ports.ts'
import {answerLost, helperDied, toReason} from '../refresh/reasons.ts'
import {notRenewable, toProblem} from './blocked.ts'
import {Election} from './election.ts'
import {renew, renewBeside, type BackgroundRenewal, type Renewal, type RenewPorts} from './renew.ts'

export interface InProcessRenewal {
  readonly homeDir: string
  readonly store: SessionStore
  readonly tell: (line: string) => void
}

const MINUTE = 60_000
const DAY_MS = 24 * 60 * MINUTE
/** How long a run that can go on waits for a refresher that was stopped between its save and its last word. */
const LAST_WORD_MS = 2000
/** Less than this harms nobody. */
const WRONG_CLOCK_MINUTES = 2

/** `renew` with this machine's ledger, locks and helper. @throws Problem LEDGER_UNUSABLE, STORE_* (74, 78) */
export async function renewHere(order: RefreshOrder, here: InProcessRenewal): Promise<Renewal> {
  using ledger = await Ledger.open(here.homeDir)
  using election = electionOf(order, here)
  const renewal = await renew(order, portsOf(here, ledger, election))
  if (renewal.outcome === 'adopted' && renewal.ours) {
    // Adopted as soon as it was saved; the reason is written right after that, by a refresher that then ends.
    if (ledger.read(order.stale)?.phase === 'sent') await election.helperEnded(LAST_WORD_MS)
    await tellNews(order.stale, here, ledger)
  }

  return renewal
}

/** `renewBeside` with this machine's ledger, locks and helper; the election is held until `settled` was called. */
async function renewBesideHere(order: RefreshOrder, here: InProcessRenewal): Promise<BackgroundRenewal> {
  using ledger = await Ledger.open(here.homeDir)
  using held = new DisposableStack()
  const election = held.use(electionOf(order, here))
  const beside = await renewBeside(order, portsOf(here, ledger, election))
  if (election.launches === 0) return beside
  const kept = held.move()
  return {
    ...beside,
    async settled() {
      using _election = kept
      await beside.settled()
      using later = await Ledger.open(here.homeDir)
      await tellNews(order.stale, here, later)
    },
  }
}

/** What an order says of the run that gives it. */
export function ordering({startedAt, slowness}: RunStart): Pick<RefreshOrder, 'runStartedAt' | 'slowness'> {
  return {runStartedAt: startedAt, slowness}
}

/** Renews for a run that cannot go on without. @returns false when signed out. @throws Problem as `renewHere`, AUTH_* */
export async function renewForRun(stale: Generation, start: RunStart, here: InProcessRenewal): Promise<boolean> {
  const {binding} = here.store
  if (stale.digest === '') throw toProblem(notRenewable(binding), binding, Date.now())
  const renewal = await renewHere({stale, tokenValid: false, replay: false, ...ordering(start)}, here)
  if (renewal.outcome === 'blocked') throw toProblem(renewal.blocked, binding, Date.now())
  return renewal.outcome === 'adopted'
}

/** Renews beside a run whose token serves: nothing that goes wrong here may fail it (G3). */
export async function renewBesideRun(
  stale: Generation,
  start: RunStart,
  here: InProcessRenewal,
): Promise<BackgroundRenewal> {
  try {
    return await renewBesideHere({stale, tokenValid: true, replay: false, ...ordering(start)}, here)
  } catch (error) {
    const reason = isProblem(error) ? toReason(error) : helperDied()
    return {settled: () => Promise.resolve(), blocked: {reason}}
  }
}

/**
 * What the run that renewed says of the answer, once: more than was asked for (row 41), a save that had to go elsewhere
 * (row 58), a clock that is wrong (row 68).
 */
async function tellNews(stale: Generation, {homeDir, store, tell}: InProcessRenewal, ledger: Ledger): Promise<void> {
  const entry = ledger.read(stale)
  if (entry?.reason?.code === 'AUTH_SCOPE_WIDER') tell(entry.reason.message)
  const {clockOffsetMs = 0, keptIn} = (await store.head()) ?? {}
  if (keptIn !== undefined) {
    tell(
      `Refreshed but could not save in ${homeDir}; kept in ${keptIn}. Mend that, then run \`superset doctor --fix\`.`,
    )
  }

  const minutes = Math.round(Math.abs(clockOffsetMs) / MINUTE)
  if (minutes < WRONG_CLOCK_MINUTES || !ledger.takeNotice(`clock ${store.sessionId}`, DAY_MS, Date.now())) return
  tell(`Your clock is ${minutes} min ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} ${store.binding.issuer}; correct it.`)
}

/** Row 31, twice in a row: refresh tokens came, and nothing to use the API with. */
export function noAccessToken({store: {binding}}: InProcessRenewal): Problem {
  return toProblem({reason: answerLost(`Malformed answer from ${binding.issuer}.`)}, binding, Date.now())
}

function electionOf({stale}: RefreshOrder, {homeDir}: InProcessRenewal): Election {
  return new Election(homeDir, stale)
}

function portsOf({store, tell}: InProcessRenewal, ledger: Ledger, election: Election): RenewPorts {
  return {ledger, store, election, tell, now: Date.now, random: Math.random}
}
