import {EXIT, Problem, signInNeeded, type RefreshOptions, type RefreshResult, type RunStart} from '@superset/identity'
import type {Workspace} from './workspace.ts'
import {notRenewable, toProblem} from '../session/blocked.ts'
import {checkUsable} from '../session/check-origin.ts'
import {freshness} from '../session/freshness.ts'
import {ordering, renewHere} from '../session/renew-here.ts'

/** `auth refresh`: renews the stored session now, whatever the clock says, under the same rules as any other run. */
export async function refreshNow(
  workspace: Workspace,
  options: RefreshOptions,
  start: RunStart,
): Promise<RefreshResult> {
  const {request} = workspace
  const [stored] = await workspace.stored()
  if (!stored && request.workload) throw nothingToRefresh('Each run gets its own token for the workload identity')
  if (!stored) throw signInNeeded(request)
  const {store} = stored
  checkUsable(store, stored.credential, request)
  const head = await store.head()
  if (!head) throw signInNeeded(request)
  if (head.kind === 'api-key') throw nothingToRefresh('You are signed in with an API key, which does not expire')
  if (!head.renewable) throw toProblem(notRenewable(store.binding), store.binding, Date.now())
  const order = {
    stale: head.generation,
    // While a token serves, no risk is taken for the sake of a refresh that nobody needs yet.
    tokenValid: freshness(head, Date.now()) !== 'expired',
    replay: options.replay ?? false,
    ...ordering(start),
  }
  const renewal = await renewHere(order, {homeDir: request.homeDir, store, tell: request.tell})
  if (renewal.outcome === 'signed-out') throw signInNeeded(request)
  if (renewal.outcome === 'blocked') throw toProblem(renewal.blocked, store.binding, Date.now())
  const {expiresAt} = renewal.head
  return {refreshed: renewal.ours, ...(expiresAt !== undefined && {expiresAt: new Date(expiresAt)})}
}

function nothingToRefresh(why: string): Problem {
  return new Problem({
    code: 'AUTH_NOT_REFRESHABLE',
    message: `${why}; there is nothing to refresh.`,
    exit: EXIT.configuration,
  })
}
