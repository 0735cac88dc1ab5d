import type {Session, RunStart} from '@superset/identity'
import type {Tokens} from '../model.ts'
import type {Workspace} from './workspace.ts'
import type {BlockedRenewal} from '../session/blocked.ts'
import {openAmbient, openStatic, openStoredKey, openStoredSession, type OpenContext} from '../session/open-session.ts'
import {TokenKeeper} from '../session/token-keeper.ts'

const DAY_MS = 24 * 3600 * 1000

export interface ResolvedSession {
  readonly session: Session | undefined
  /** What the run waits for at its end. */
  readonly settle?: () => Promise<void>
}

/** Finds the credential of this run and makes it usable. @throws Problem AUTH_*, STORE_*, NETWORK_*, ORIGIN_MISMATCH */
export async function resolveSession(workspace: Workspace, start: RunStart): Promise<ResolvedSession> {
  const winner = await workspace.winner()
  if (!winner) return {session: undefined}
  const context: OpenContext = {
    request: workspace.request,
    organization: await workspace.organization(),
    selectOrganization: (id) => workspace.selectOrganization(id),
  }
  if (winner.kind === 'ambient') return {session: openAmbient(context)}
  if (winner.kind === 'workload') {
    const {openWorkload} = await import('../workload/open-workload.ts')
    return {session: await openWorkload(winner.settings, context)}
  }

  if (winner.kind === 'static') return {session: openStatic(winner, context)}
  if (winner.credential === 'api-key') return {session: await openStoredKey(winner.store, context)}
  const {homeDir, tell} = workspace.request
  const keeper = new TokenKeeper({
    homeDir,
    store: winner.store,
    start,
    tell,
    warn: (blocked, tokens) => warnDaily(workspace, winner.store.sessionId, blocked, tokens),
  })
  return {session: await openStoredSession(winner.store, keeper, context), settle: () => keeper.settle()}
}

/** While the token serves, a session that cannot be renewed any more says so once a day, on stderr. */
async function warnDaily(
  {request}: Workspace,
  sessionId: string,
  {reason}: BlockedRenewal,
  tokens: Tokens,
): Promise<void> {
  if (reason.retryable) return
  // Without a ledger there is no memory of having said it: better said twice than never, and never an error (G3).
  if (!(await isDueToday(request.homeDir, sessionId).catch(() => true))) return
  const until = tokens.expiresAt === undefined ? '' : ` Your access ends ${new Date(tokens.expiresAt).toISOString()}.`
  request.tell(`${reason.message}${until} ${reason.suggestions[0] ?? ''}`.trim())
}

async function isDueToday(homeDir: string, sessionId: string): Promise<boolean> {
  const {Ledger} = await import('../ledger/ledger.ts')
  using ledger = await Ledger.open(homeDir)
  return ledger.takeNotice(`not-renewable ${sessionId}`, DAY_MS, Date.now())
}
