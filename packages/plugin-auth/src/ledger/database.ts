import type {Problem} from '@superset/identity'
import {EXIT} from '@superset/identity'
import {problem} from '../problem.ts'
import type {DatabaseSync} from 'node:sqlite'
import {openPrivately} from '@superset/identity/home'

/** Format of the file; a newer one is left alone. Written into SQLite's user_version. */
const FORMAT = 2
/** How long one statement may wait for another process's commit, which takes milliseconds. */
const BUSY_TIMEOUT_MS = 4000

const SQLITE_ERROR = 1
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS generation (
    digest TEXT PRIMARY KEY,
    phase TEXT NOT NULL, presented INTEGER NOT NULL, attempt INTEGER NOT NULL,
    holder TEXT NOT NULL, changed_at INTEGER NOT NULL, not_before INTEGER, reason TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS issuer (name TEXT PRIMARY KEY, not_before INTEGER NOT NULL, reason TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS notice (name TEXT PRIMARY KEY, told_at INTEGER NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${FORMAT};
`

/** What every format has of each table. */
const NEEDED = {
  generation: 'digest, phase, presented, attempt, holder, changed_at, not_before, reason',
  issuer: 'name, not_before, reason',
  notice: 'name, told_at',
}

/** Format 1 told by session and record; the last word about a token is the one that counts. */
const FROM_FORMAT_1 = `
  ALTER TABLE generation RENAME TO generation_1;
  ${SCHEMA}
  INSERT OR REPLACE INTO generation
    SELECT digest, phase, presented, attempt, holder, changed_at, not_before, reason
    FROM generation_1 ORDER BY changed_at;
  DROP TABLE generation_1;
`

/** The file is no database, or one that contradicts itself. */
export class DamagedLedger extends Error {
  override readonly name = 'DamagedLedger'
}

/** @throws DamagedLedger, Problem STORE_NEWER_VERSION (78), errors of SQLite and of the file system */
export async function openLedgerDatabase(file: string): Promise<DatabaseSync> {
  let database: DatabaseSync | undefined
  try {
    database = openPrivately(file)
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    const format = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
    if (format > FORMAT) throw newerVersion(file)
    // A power cut must not bring a claim back to "never presented": EXTRA also syncs the folder after the journal goes.
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON')
    if (format === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`)
    else demandSound(database, file)
    if (format === 1) renew(database)
    return database
  } catch (error) {
    database?.close()
    throw isDamage(error) ? new DamagedLedger(`${file} is damaged`, {cause: error}) : error
  }
}

/** Another process may have done it since the format was read. */
function renew(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  const format = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  database.exec(format === 1 ? `${FROM_FORMAT_1} COMMIT` : 'COMMIT')
}

/** A file that a full disk or a crash has left in pieces is found out before it is relied on. */
function demandSound(database: DatabaseSync, file: string): void {
  const verdict = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (verdict !== 'ok') throw new DamagedLedger(`${file} is damaged: ${String(verdict)}`)
  for (const [table, columns] of Object.entries(NEEDED)) {
    try {
      database.prepare(`SELECT ${columns} FROM ${table}`)
    } catch (error) {
      if ((error as {errcode?: number}).errcode !== SQLITE_ERROR) throw error
      throw new DamagedLedger(`${file} lacks a table, or a part of one`, {cause: error})
    }
  }
}

function isDamage(error: unknown): boolean {
  const {errcode} = error as {errcode?: number}
  return errcode !== undefined && ((errcode & 0xff) === SQLITE_CORRUPT || (errcode & 0xff) === SQLITE_NOTADB)
}

function newerVersion(file: string): Problem {
  return problem(
    'STORE_NEWER_VERSION',
    EXIT.configuration,
    `${file} was written by a newer version; this one does not touch it.`,
    ['Install the newest superset.'],
  )
}
