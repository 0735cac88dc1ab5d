import {accessSync, constants} from 'node:fs'
import path from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {busy} from './problems.ts'

/**
 * The right to change an installation: an empty SQLite file held in `BEGIN IMMEDIATE`, which the kernel frees when its
 * holder dies, however it dies. The file is never deleted: a waiting process would go on waiting for the deleted one.
 */
const LOCK = 'update.lock'
const LOOK_AGAIN_MS = 200
const SQLITE_BUSY = 5
const SQLITE_CANTOPEN = 14
const SQLITE_READONLY = 8

/** @returns the lock, or `undefined` while another update has it */
export async function tryLock(root: string): Promise<Disposable | undefined> {
  // SQLite would open for reading what cannot be written, and its lock would then keep nobody out.
  accessSync(root, constants.W_OK)
  const {DatabaseSync} = await import('node:sqlite')
  let database: InstanceType<typeof DatabaseSync> | undefined
  try {
    database = new DatabaseSync(path.join(root, LOCK))
    // Nothing is ever written: without this the lock would need room on the disk for a journal.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
  } catch (error) {
    database?.close()
    const code = ((error as {errcode?: number}).errcode ?? 0) & 0xff
    if (code === SQLITE_BUSY) return undefined
    throw code === SQLITE_CANTOPEN || code === SQLITE_READONLY ? Object.assign(new Error(), {code: 'EACCES'}) : error
  }

  const held = database
  return {[Symbol.dispose]: () => held.close()}
}

/**
 * Waits for another update to end.
 * @param waiting called once, when there is something to wait for
 * @throws Problem UPDATE_BUSY (75)
 */
export async function lock(
  root: string,
  {signal, waiting, waitMs}: {readonly signal: AbortSignal; readonly waiting: () => void; readonly waitMs: number},
): Promise<Disposable> {
  const deadline = performance.now() + waitMs
  for (let isFirst = true; ; isFirst = false) {
    const held = await tryLock(root)
    if (held) return held
    if (performance.now() >= deadline) throw busy()
    if (isFirst) waiting()
    await pause(LOOK_AGAIN_MS, undefined, {signal})
  }
}
