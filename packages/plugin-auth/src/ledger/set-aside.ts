import {linkSync, mkdirSync, renameSync, rmSync} from 'node:fs'
import path from 'node:path'
import {DamagedLedger, openLedgerDatabase} from './database.ts'
import {takeLock} from './lock.ts'

/** Notice of a ledger that takes the place of a damaged one: when that was. */
export const LOST = 'ledger lost'

const PATIENCE_MS = 4000

/**
 * Puts a new ledger in the place of a damaged one, whose copy goes to the quarantine. The new one says from its first
 * instant that what was known before it is lost, so that a token which may have been presented is not taken for a fresh
 * one. One process does it, and looks again first: the others find the new one.
 * @throws Problem STORE_* (74), STORE_NEWER_VERSION (78), errors of SQLite and of the file system
 */
export async function quarantineLedger(file: string, now: number): Promise<void> {
  const folder = path.dirname(file)
  using lock = await takeLock(path.join(folder, 'locks', 'ledger.mending'), PATIENCE_MS)
  if (!lock || !(await isDamaged(file))) return
  const quarantine = path.join(folder, 'quarantine')
  mkdirSync(quarantine, {recursive: true, mode: 0o700})
  // A second name, not a copy: opening the file could drop a lock that this process has on it.
  linkSync(file, path.join(quarantine, `${now}-${path.basename(file)}`))
  const fresh = `${file}.new`
  for (const left of [fresh, `${fresh}-journal`]) rmSync(left, {force: true})
  const database = await openLedgerDatabase(fresh)
  try {
    database.prepare('INSERT INTO notice VALUES (?, ?)').run(LOST, now)
  } finally {
    database.close()
  }

  // What a damaged ledger left half done must not be rolled back into the new one.
  rmSync(`${file}-journal`, {force: true})
  renameSync(fresh, file)
}

async function isDamaged(file: string): Promise<boolean> {
  try {
    ;(await openLedgerDatabase(file)).close()
    return false
  } catch (error) {
    if (error instanceof DamagedLedger) return true
    throw error
  }
}
