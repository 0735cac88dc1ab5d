import {chmod, lstat} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'

import {createFolder} from './durable-write.ts'
import {identityFolder, lockFile} from './layout.ts'
import {cannotWrite, lockBusy, unsafe} from './problems.ts'
import {isAbsent} from './safe-read.ts'

const WAIT_MS = 5000
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 40
const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

interface Lock {
  release(): void
}

/**
 * Runs `work` while no other process of ours changes the same files by reading, changing and writing them back. The
 * lock is `BEGIN IMMEDIATE` on an empty SQLite file: the kernel frees it when its holder dies. Nothing but SQLite ever
 * opens that file: closing any descriptor of it would drop the lock of the whole process (POSIX fcntl).
 *
 * The incumbent's programs do not know this lock; against them each write looks once more before it replaces.
 *
 * @param insist true: without the lock after 5 s, or where there can be none, `work` runs all the same. For what must
 * not be lost, such as tokens that replaced spent ones
 * @throws Problem STORE_LOCK_BUSY (75), STORE_* (74), and what `work` throws
 */
export async function withConfigLock<T>(homeDir: string, insist: boolean, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(homeDir).catch((error: unknown) => {
    if (insist) return undefined
    throw error
  })
  try {
    return await work()
  } finally {
    lock?.release()
  }
}

async function acquire(homeDir: string): Promise<Lock> {
  const path = lockFile(homeDir)
  await createFolder(identityFolder(homeDir), homeDir, 'change')
  const isNew = await isAbsentFile(path)
  const {DatabaseSync} = await import('node:sqlite')
  const database = openDatabase(() => new DatabaseSync(path), path)
  // By path: opening the file to change its mode would drop the lock.
  if (isNew) await chmod(path, 0o600)
  const deadline = performance.now() + WAIT_MS
  try {
    database.exec('PRAGMA busy_timeout = 0')
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      if (tryBegin(database, path)) break
      if (performance.now() >= deadline) throw lockBusy(path)
      await delay(pause * (0.5 + Math.random()))
    }
  } catch (error) {
    database.close()
    throw error
  }

  return {release: () => database.close()}
}

interface Database {
  exec(sql: string): void
  close(): void
}

function openDatabase(open: () => Database, path: string): Database {
  try {
    return open()
  } catch (error) {
    throw cannotWrite(error, path, 'change')
  }
}

function tryBegin(database: Database, path: string): boolean {
  try {
    database.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    const {errcode} = error as {errcode?: unknown}
    if (errcode === SQLITE_BUSY) return false
    if (errcode === SQLITE_NOTADB) throw unsafe(`${path} is no lock file of ours.`, 'Run `superset doctor --fix`.')
    throw cannotWrite(error, path, 'change')
  }
}

async function isAbsentFile(path: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    if (!found.isFile()) throw cannotWrite({code: 'not a regular file'}, path, 'change')
    return false
  } catch (error) {
    if (isAbsent(error)) return true
    throw cannotWrite(error, path, 'change')
  }
}
