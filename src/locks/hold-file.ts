import {refuseForeignHome} from '@superset/identity/home'
import {accessSync, chmodSync, constants, statSync} from 'node:fs'
import path from 'node:path'

const SQLITE_BUSY = 5
const SQLITE_CANTOPEN = 14
const SQLITE_READONLY = 8

/**
 * The right to change what lies beside a file: an empty SQLite file held in `BEGIN IMMEDIATE`, which the kernel frees when its
 * holder dies, however it dies. The file is never deleted: who waits would go on waiting for the deleted one.
 * @returns the lock, or `undefined` while another process, or another part of this one, has it
 * @throws an error whose `code` is `EACCES` where the file cannot be written; Problem STORE_FOREIGN_HOME (78)
 */
export function holdFile(file: string): Disposable | undefined {
  refuseForeignHome(path.dirname(file))
  accessSync(path.dirname(file), constants.W_OK)
  makeWritable(file)
  // Loaded when it is needed: most runs hold nothing.
  const {DatabaseSync} = process.getBuiltinModule('node:sqlite')
  let database: InstanceType<typeof DatabaseSync> | undefined
  try {
    database = open(file, DatabaseSync)
    // Nothing is ever written: without this the lock would need room on the disk for a journal.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
  } catch (error) {
    database?.close()
    const code = ((error as {errcode?: number}).errcode ?? 0) & 0xff
    if (code === SQLITE_BUSY) return undefined
    if (code !== SQLITE_CANTOPEN && code !== SQLITE_READONLY) throw error
    throw Object.assign(new Error(`EACCES: permission denied, open '${file}'`), {code: 'EACCES'})
  }

  const held = database
  return {[Symbol.dispose]: () => held.close()}
}

/**
 * SQLite would open for reading what cannot be written, and `BEGIN IMMEDIATE` would then keep nobody out: two would hold it.
 * One's own file is mended.
 */
function makeWritable(file: string): void {
  const found = statSync(file, {throwIfNoEntry: false})
  if (!found) return
  if ((found.mode & 0o200) === 0 && found.uid === process.geteuid?.()) chmodSync(file, found.mode | 0o600)
  accessSync(file, constants.W_OK)
}

type Database = typeof import('node:sqlite').DatabaseSync

/** Whatever the umask is, its maker may write it: else the next one could not. */
function open(file: string, Database: Database): InstanceType<Database> {
  const umask = process.umask()
  process.umask(umask & 0o077)
  try {
    return new Database(file)
  } finally {
    process.umask(umask)
  }
}
