import {accessSync, constants} from 'node:fs'
import path from 'node:path'

const SQLITE_BUSY = 5
const SQLITE_CANTOPEN = 14
const SQLITE_READONLY = 8

/**
 * The right to change what lies beside a file: an empty SQLite file held in `BEGIN IMMEDIATE`, which the kernel frees when its
 * holder dies, however it dies. The file is never deleted: who waits would go on waiting for the deleted one.
 * @returns the lock, or `undefined` while another process, or another part of this one, has it
 * @throws an error whose `code` is `EACCES` where the file cannot be written
 */
export function holdFile(file: string): Disposable | undefined {
  // SQLite would open for reading what cannot be written, and its lock would then keep nobody out.
  accessSync(path.dirname(file), constants.W_OK)
  // Loaded when it is needed: most runs hold nothing.
  const {DatabaseSync} = process.getBuiltinModule('node:sqlite')
  let database: InstanceType<typeof DatabaseSync> | undefined
  try {
    database = new DatabaseSync(file)
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
