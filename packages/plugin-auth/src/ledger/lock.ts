import {accessSync, constants, mkdirSync} from 'node:fs'
import path from 'node:path'
import type {DatabaseSync} from 'node:sqlite'
import {unusable} from './unusable.ts'

/**
 * A lock between processes that the kernel frees when its holder dies, however it dies: an empty SQLite file held in
 * `BEGIN IMMEDIATE`. Nothing but SQLite may open these files in a process that holds them: closing any other
 * descriptor on them would drop the fcntl locks. The files stay empty and are never deleted, because deleting one
 * under a waiting process would let two holders in.
 */
export interface Lock extends Disposable {
  readonly file: string
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6

export function isBusy(error: unknown): boolean {
  const code = (error as {errcode?: number}).errcode
  return typeof code === 'number' && ((code & 0xff) === SQLITE_BUSY || (code & 0xff) === SQLITE_LOCKED)
}

/**
 * Opens a database file that only its owner can read; `umask` is set for the one synchronous call that may create it.
 * SQLite would open a file that cannot be written for reading, and `BEGIN IMMEDIATE` would then lock nobody out.
 */
export async function openPrivately(file: string): Promise<DatabaseSync> {
  const {DatabaseSync} = await import('node:sqlite')
  mkdirSync(path.dirname(file), {recursive: true, mode: 0o700})
  demandWritable(file)
  const umask = process.umask(0o077)
  try {
    return new DatabaseSync(file)
  } finally {
    process.umask(umask)
  }
}

/** Looks without opening: closing a descriptor of ours would drop the locks that this process has on the file. */
function demandWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/**
 * @returns the lock, or `undefined` while another process (or another part of this one) holds it
 * @throws Problem LEDGER_UNUSABLE, STORE_FULL, STORE_READ_ONLY (74)
 */
export async function tryLock(file: string): Promise<Lock | undefined> {
  let database: DatabaseSync | undefined
  try {
    database = await openPrivately(file)
    // Nothing is ever written: without this the lock would need room on the disk for a journal.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
  } catch (error) {
    database?.close()
    if (isBusy(error)) return undefined
    throw unusable(file, error)
  }

  const held = database
  return {file, [Symbol.dispose]: () => held.close()}
}

/** Whether somebody alive holds it. For the length of this look the looker holds it itself, so takers try for a while. */
export async function isHeld(file: string): Promise<boolean> {
  using lock = await tryLock(file)
  return lock === undefined
}
