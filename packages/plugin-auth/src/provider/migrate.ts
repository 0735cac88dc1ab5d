import {EXIT, Problem, signInNeeded, type LoginResult, type Storage} from '@superset/identity'
import {Ledger} from '../ledger/ledger.ts'
import {tryLock} from '../ledger/lock.ts'
import {sessionLocks} from '../ledger/session-locks.ts'
import {checkStorage} from '../policy.ts'
import {commit} from '../store/commit.ts'
import {probe} from '../store/probe.ts'
import {waitForLock} from '../ledger/wait-for-lock.ts'
import type {Workspace} from './workspace.ts'

/** A refresh takes as long as its server does; a look at the lock, an instant. */
const PATIENCE_MS = 2000

/**
 * Moves the stored credential to another storage, nothing revoked: it is the same session. No refresh may run
 * meanwhile, and what the ledger knows of the refresh token goes along, or a lost answer would be forgotten.
 */
export async function migrate(workspace: Workspace, to: Storage): Promise<LoginResult> {
  const {request, place, keys} = workspace
  const all = await workspace.stored()
  const from = all[0]?.store
  if (!from) throw signInNeeded(request)
  if (from.storage === to) throw alreadyThere(to, from.place)
  checkStorage(to, request.policy)
  await probe(to, place, keys)
  const {refreshing} = sessionLocks(request.homeDir, from.sessionId)
  using lock = await waitForLock(() => tryLock(refreshing), {patienceMs: PATIENCE_MS})
  if (!lock) throw inFlight()
  const stored = await from.read()
  if (!stored) throw signInNeeded(request)
  using ledger = await Ledger.open(request.homeDir)
  const target = await commit(place, to, stored.binding, stored.credential, keys)
  const head = await target.head()
  if (head) ledger.carry(stored.generation, head.generation)
  for (const {store} of all) await store.forget()
  const {binding} = stored
  return {
    profile: binding.profile,
    issuer: binding.issuer,
    apiUrl: binding.apiUrl,
    scheme: stored.credential.kind === 'api-key' ? 'api-key' : 'bearer',
    storage: to,
    ...(binding.subject !== undefined && {subject: binding.subject}),
    ...(binding.account !== undefined && {account: binding.account}),
    ...(head?.expiresAt !== undefined && {expiresAt: new Date(head.expiresAt)}),
  }
}

function alreadyThere(storage: Storage, where: string): Problem {
  return new Problem({
    code: 'USAGE_SAME_STORAGE',
    message: `The session is stored there already (${storage}: ${where}).`,
    exit: EXIT.usage,
    suggestions: ['Run `superset auth status`.'],
  })
}

function inFlight(): Problem {
  return new Problem({
    code: 'AUTH_BUSY',
    message: 'Another superset is refreshing, moving or ending this session; nothing was moved.',
    exit: EXIT.temporary,
    retryable: true,
    suggestions: ['Run the command again.'],
  })
}
