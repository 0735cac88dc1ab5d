import {accessSync, closeSync, constants, mkdirSync, openSync, statSync} from 'node:fs'
import path from 'node:path'
import type {DatabaseSync} from 'node:sqlite'
import {refuseForeignHome} from './ownership.ts'

/**
 * A lock between processes that the kernel frees when its holder dies, however it dies: an empty SQLite file held in
 * `BEGIN IMMEDIATE`. Nothing but SQLite may open these files in a process that holds them: closing any other
 * descriptor on them would drop the fcntl locks. The files stay empty. Only who holds one may delete it, and whoever
 * gets a lock looks whether its file is still the one that has the name: else two could hold it, one the deleted file.
 */
export interface FileLock extends Disposable {
  readonly file: string
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
/** Lock files are deleted once a day at most: a file that has changed as often is on a file system without lasting inodes. */
const MOST_MISSES = 100

/**
 * Makes the folders above the file, and the file, for nobody but its user, whatever the umask is.
 * @returns the lock, or `undefined` while another process, or another part of this one, holds it
 * @throws errors of SQLite and of the file system; Problem STORE_FOREIGN_HOME (78)
 */
export function tryFileLock(file: string): FileLock | undefined {
  for (let miss = 1; miss <= MOST_MISSES; miss++) {
    const before = makeIfAbsent(file)
    const database = openPrivately(file)
    const isOurs = begin(database)
    if (isOurs && identityOf(file) === before) return {file, [Symbol.dispose]: () => database.close()}
    database.close()
    if (!isOurs) return undefined
  }

  return undefined
}

/**
 * Opens a database file that only its owner can read. SQLite would open a file that cannot be written for reading, and
 * `BEGIN IMMEDIATE` would then lock nobody out.
 * @throws errors of SQLite and of the file system; Problem STORE_FOREIGN_HOME (78)
 */
export function openPrivately(file: string): DatabaseSync {
  // Loaded when it is needed: most runs hold nothing.
  const {DatabaseSync: Database} = process.getBuiltinModule('node:sqlite')
  return privately(file, () => {
    // Looks without opening: closing a descriptor of ours would drop the locks that this process has on the file.
    if (identityOf(file) !== undefined) accessSync(file, constants.W_OK)
    return new Database(file)
  })
}

/** @returns false while somebody else has it; the database is closed when this throws */
function begin(database: DatabaseSync): boolean {
  try {
    // Nothing is ever written: without this the lock would need room on the disk for a journal.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
    return true
  } catch (error) {
    const code = ((error as {errcode?: number}).errcode ?? 0) & 0xff
    if (code === SQLITE_BUSY || code === SQLITE_LOCKED) return false
    database.close()
    throw error
  }
}

/** Exclusively: what is closed here is a file that nobody else can have locked yet. @returns what tells it apart */
function makeIfAbsent(file: string): string | undefined {
  const found = identityOf(file)
  if (found !== undefined) return found
  try {
    privately(file, () => closeSync(openSync(file, 'wx', 0o600)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }

  return identityOf(file)
}

/** The umask is set for one synchronous call: its maker may write the file, else the next one could not, and nobody else. */
function privately<T>(file: string, work: () => T): T {
  refuseForeignHome(path.dirname(file))
  mkdirSync(path.dirname(file), {recursive: true, mode: 0o700})
  const umask = process.umask(0o077)
  try {
    return work()
  } finally {
    process.umask(umask)
  }
}

/** Tells files of one name apart: the number of a deleted one is given to the next, its time of birth is not. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, {bigint: true, throwIfNoEntry: false})
  return found && `${found.ino} ${found.birthtimeNs}`
}
