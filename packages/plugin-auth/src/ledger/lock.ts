import {accessSync, closeSync, constants, mkdirSync, openSync, statSync} from 'node:fs'
import path from 'node:path'
import type {DatabaseSync} from 'node:sqlite'
import {setTimeout as sleep} from 'node:timers/promises'
import {isProblem, type Problem} from '@superset/identity'
import {refuseForeignHome} from '@superset/identity/home'
import {unusable} from './unusable.ts'

/**
 * A lock between processes that the kernel frees when its holder dies, however it dies: an empty SQLite file held in
 * `BEGIN IMMEDIATE`. Nothing but SQLite may open these files in a process that holds them: closing any other
 * descriptor on them would drop the fcntl locks. The files stay empty. Only who holds one may delete it, and whoever
 * gets a lock looks whether its file is still the one that has the name: else two could hold it, one the deleted file.
 */
export interface Lock extends Disposable {
  readonly file: string
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 40
/** Lock files are deleted once a day at most: a file that has changed as often is on a file system without lasting inodes. */
const MOST_MISSES = 100

function isBusy(error: unknown): boolean {
  const code = (error as {errcode?: number}).errcode
  return typeof code === 'number' && ((code & 0xff) === SQLITE_BUSY || (code & 0xff) === SQLITE_LOCKED)
}

/**
 * Opens a database file that only its owner can read; `umask` is set for the one synchronous call that may create it.
 * SQLite would open a file that cannot be written for reading, and `BEGIN IMMEDIATE` would then lock nobody out.
 */
export async function openPrivately(file: string): Promise<DatabaseSync> {
  const {DatabaseSync} = await import('node:sqlite')
  refuseForeignHome(path.dirname(file))
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

/** What is told of a lock that cannot be used. */
export type ExplainLockFailure = (file: string, cause: unknown) => Problem

/**
 * @returns the lock, or `undefined` while another process (or another part of this one) holds it
 * @throws Problem LEDGER_UNUSABLE, STORE_FULL, STORE_READ_ONLY (74), unless `explain` says it otherwise
 */
export function tryLock(file: string, explain?: ExplainLockFailure): Promise<Lock | undefined> {
  return takeLock(file, 0, explain)
}

/** As `tryLock`, and waits that long for whoever holds it. */
export async function takeLock(
  file: string,
  patienceMs: number,
  explain: ExplainLockFailure = unusable,
): Promise<Lock | undefined> {
  const giveUpAt = performance.now() + patienceMs
  try {
    for (let miss = 1; ; miss++) {
      const before = makeIfAbsent(file)
      const database = await openPrivately(file)
      const isOurs = await beginBefore(giveUpAt, database)
      if (isOurs && identityOf(file) === before) return lockOn(file, database)
      database.close()
      if (!isOurs || miss === MOST_MISSES) return undefined
    }
  } catch (error) {
    throw isProblem(error) ? error : explain(file, error)
  }
}

/** @returns false while somebody else had it all the time; the database is closed when this throws */
async function beginBefore(giveUpAt: number, database: DatabaseSync): Promise<boolean> {
  try {
    // Nothing is ever written: without this the lock would need room on the disk for a journal.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY')
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      if (tryBegin(database)) return true
      if (performance.now() >= giveUpAt) return false
      await sleep(pause * (0.5 + Math.random()))
    }
  } catch (error) {
    database.close()
    throw error
  }
}

function tryBegin(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if (isBusy(error)) return false
    throw error
  }
}

/** Whether somebody alive holds it. For the length of this look the looker holds it itself, so takers try for a while. */
export async function isHeld(file: string): Promise<boolean> {
  using lock = await tryLock(file)
  return lock === undefined
}

/** Exclusively: what is closed here is a file that nobody else can have locked yet. @returns what tells it apart */
function makeIfAbsent(file: string): string | undefined {
  const found = identityOf(file)
  if (found !== undefined) return found
  refuseForeignHome(path.dirname(file))
  mkdirSync(path.dirname(file), {recursive: true, mode: 0o700})
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }

  return identityOf(file)
}

/** Tells files of one name apart: the number of a deleted one is given to the next, its time of birth is not. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, {bigint: true, throwIfNoEntry: false})
  return found && `${found.ino} ${found.birthtimeNs}`
}

function lockOn(file: string, database: DatabaseSync): Lock {
  return {file, [Symbol.dispose]: () => database.close()}
}
