import {AsyncLocalStorage} from 'node:async_hooks'

import {takeLock, type Lock} from '../ledger/lock.ts'
import {createFolder} from './durable-write.ts'
import {identityFolder, lockFile} from './layout.ts'
import {cannotLock, lockBusy} from './problems.ts'

const WAIT_MS = 5000

/** The homes whose lock this chain of calls holds: a move takes it once, and all of its steps are inside. */
const held = new AsyncLocalStorage<ReadonlySet<string>>()

/**
 * Runs `work` while no other process of ours changes the same files by reading, changing and writing them back.
 *
 * The incumbent's programs do not know this lock; against them each write looks once more before it replaces.
 *
 * @param insist true: without the lock after 5 s, or where there can be none, `work` runs all the same. For what must
 * not be lost, such as tokens that replaced spent ones
 * @throws Problem STORE_LOCK_BUSY (75), STORE_* (74), and what `work` throws
 */
export async function withConfigLock<T>(homeDir: string, insist: boolean, work: () => Promise<T>): Promise<T> {
  const outer = held.getStore()
  if (outer?.has(homeDir)) return work()
  using lock = await acquire(homeDir).catch((error: unknown) => {
    if (insist) return undefined
    throw error
  })
  return lock === undefined ? await work() : await held.run(new Set([...(outer ?? []), homeDir]), work)
}

async function acquire(homeDir: string): Promise<Lock> {
  const path = lockFile(homeDir)
  await createFolder(identityFolder(homeDir), homeDir, 'change')
  const lock = await takeLock(path, WAIT_MS, cannotLock)
  if (lock === undefined) throw lockBusy(path)
  return lock
}
