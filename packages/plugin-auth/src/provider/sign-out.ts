import {setTimeout as sleep} from 'node:timers/promises'
import {Problem, type LogoutOptions, type LogoutResult} from '@superset/identity'
import {processName} from '../ledger/holder.ts'
import {Ledger} from '../ledger/ledger.ts'
import {tryLock} from '../ledger/lock.ts'
import {tokenLocks} from '../ledger/token-locks.ts'
import type {SessionStore} from '../model.ts'
import {revokeGranted} from '../network/revoke.ts'
import type {Workspace} from './workspace.ts'
import {retire, retireBlindly, type Retirement} from '../session/retire.ts'

/** Forgets everything that this profile stores, here first; the last word is about the credential that was in use. */
export async function signOut(workspace: Workspace, {forget = false}: LogoutOptions): Promise<LogoutResult> {
  const {profile} = workspace.request
  const stored = await workspace.stored()
  const retirements: Retirement[] = []
  for (const {store} of stored) retirements.push(await retireStore(workspace, store))
  // Another account may come to a profile of that name, and is no member there.
  if (forget) await workspace.selectOrganization(undefined)
  const account = stored.map(({store}) => store.binding.account).find((name) => name !== undefined)
  const worst = retirements.find(({revocation}) => revocation === 'not-sent') ??
    retirements.find(({revocation}) => revocation === 'revoked') ?? {revocation: 'none' as const}
  return {profile, signedOut: stored.length > 0, ...(account !== undefined && {account}), ...worst}
}

/** Also for a session that a new sign-in replaced. @throws Problem STORE_* (74) when it cannot be forgotten */
export async function retireStore({request}: Workspace, store: SessionStore): Promise<Retirement> {
  const opened = await openLedger(request.homeDir)
  if (opened instanceof Problem) return retireBlindly(store, opened.message)
  using ledger = opened
  return await retire(store, {
    ledger,
    tryLock: (generation) => tryLock(tokenLocks(request.homeDir, generation).refreshing),
    revoke: ({binding}, refreshToken) => revokeGranted({binding, homeDir: request.homeDir, refreshToken}),
    now: Date.now,
    sleep: (ms) => sleep(ms),
    holder: processName(),
  })
}

/** A ledger that cannot be used keeps nobody from signing out. */
async function openLedger(homeDir: string): Promise<Ledger | Problem> {
  try {
    return await Ledger.open(homeDir)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}
