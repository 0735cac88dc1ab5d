import {EXIT, type Problem, signInNeeded, type LoginResult, type Storage} from '@superset/identity'
import {takeLock} from '../ledger/lock.ts'
import {tokenLocks} from '../ledger/token-locks.ts'
import type {Generation, SessionStore} from '../model.ts'
import {checkStorage} from '../policy.ts'
import {problem} from '../problem.ts'
import {sameGeneration} from '../refresh/ports.ts'
import {loginResult} from '../signin/login-result.ts'
import {commitMoved} from '../store/commit.ts'
import {withConfigLock} from '../files/config-lock.ts'
import {probe} from '../store/probe.ts'
import type {Workspace} from './workspace.ts'

/** Whoever looks whether a refresher lives holds its lock for an instant. */
const PATIENCE_MS = 2000

/**
 * Moves the stored credential to another storage, nothing revoked: it is the same session. No refresh may run meanwhile.
 * A move that fails leaves the old place. One that is killed may leave both, until the next move or sign-out; what is
 * known of the token is known by its digest, so neither is ever presented as if it were fresh (row 69c).
 * @throws Problem AUTH_REQUIRED (4), STORE_* (74), STORE_LOCK_BUSY, AUTH_BUSY (75), USAGE_SAME_STORAGE (2)
 */
export async function migrate(workspace: Workspace, to: Storage): Promise<LoginResult> {
  const {request, place, keys} = workspace
  const all = await workspace.stored()
  const from = all[0]?.store
  if (!from) throw signInNeeded(request)
  if (from.storage === to) throw alreadyThere(to, from.place)
  checkStorage(to, request.policy)
  await probe(to, place, keys)
  const before = await from.head()
  if (!before) throw signInNeeded(request)
  using lock = await takeLock(tokenLocks(request.homeDir, before.generation).refreshing, PATIENCE_MS)
  if (!lock) throw inFlight()
  const {stored, head} = await withConfigLock(request.homeDir, false, async () => {
    const read = await from.read()
    if (!read) throw signInNeeded(request)
    if (!sameGeneration(read.generation, before.generation)) throw inFlight()
    const target = await commitMoved(place, to, read, keys, () => letGo(from, read.generation))
    for (const {store} of all.slice(1)) await store.forget()
    return {stored: read, head: await target.head()}
  })
  const scheme = stored.credential.kind === 'api-key' ? 'api-key' : 'bearer'
  return loginResult({binding: stored.binding, scheme, storage: to, expiresAt: head?.expiresAt})
}

/** Throws only while the old place certainly has it still: then, and only then, the new place may be emptied again. */
async function letGo(from: SessionStore, generation: Generation): Promise<void> {
  try {
    await from.forget()
  } catch (error) {
    const head = await from.head().catch(() => undefined)
    if (head && sameGeneration(head.generation, generation)) throw error
  }
}

function alreadyThere(storage: Storage, where: string): Problem {
  return problem('USAGE_SAME_STORAGE', EXIT.usage, `The session is stored there already (${storage}: ${where}).`, [
    'Run `superset auth status`.',
  ])
}

function inFlight(): Problem {
  const message = 'Another superset is refreshing, moving or ending this session; nothing was moved.'
  return problem('AUTH_BUSY', EXIT.temporary, message, ['Run the command again.'])
}
