import {randomBytes} from 'node:crypto'
import {DatabaseSync, type SQLOutputValue} from 'node:sqlite'

export type Row = Record<string, SQLOutputValue>

/** The tables that are the service's own; those of accounts and tokens are made by the authorization server. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS sandbox_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS task_status (
    id TEXT PRIMARY KEY, organizationId TEXT NOT NULL, name TEXT NOT NULL, color TEXT NOT NULL, type TEXT NOT NULL,
    position REAL NOT NULL, progressPercent REAL, externalProvider TEXT, externalId TEXT,
    createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS task (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL, title TEXT NOT NULL, description TEXT, statusId TEXT NOT NULL,
    priority TEXT NOT NULL, organizationId TEXT NOT NULL, assigneeId TEXT, creatorId TEXT NOT NULL, estimate INTEGER,
    dueDate TEXT, labels TEXT, branch TEXT, prUrl TEXT, externalProvider TEXT, externalId TEXT, externalKey TEXT,
    externalUrl TEXT, lastSyncedAt TEXT, syncError TEXT, externalProjectId TEXT, externalProjectName TEXT,
    externalCycleId TEXT, externalCycleName TEXT, assigneeExternalId TEXT, assigneeDisplayName TEXT,
    assigneeAvatarUrl TEXT, startedAt TEXT, completedAt TEXT, deletedAt TEXT, createdAt TEXT NOT NULL,
    updatedAt TEXT NOT NULL, UNIQUE (organizationId, slug)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS host (
    id TEXT NOT NULL, organizationId TEXT NOT NULL, name TEXT NOT NULL, online INTEGER NOT NULL, wakeCommand TEXT,
    PRIMARY KEY (id, organizationId)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS host_member (
    hostId TEXT NOT NULL, organizationId TEXT NOT NULL, userId TEXT NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (hostId, organizationId, userId)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS automation (
    id TEXT PRIMARY KEY, organizationId TEXT NOT NULL, ownerUserId TEXT NOT NULL, name TEXT NOT NULL,
    prompt TEXT NOT NULL, agent TEXT NOT NULL, targetHostId TEXT, v2ProjectId TEXT, v2WorkspaceId TEXT,
    enabled INTEGER NOT NULL, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL, rrule TEXT, dtstart TEXT,
    timezone TEXT, nextRunAt TEXT, triggerId TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS automation_run (
    id TEXT PRIMARY KEY, automationId TEXT NOT NULL, organizationId TEXT NOT NULL, title TEXT NOT NULL,
    triggerId TEXT, eventId TEXT, scheduledFor TEXT, resourceKey TEXT, hostId TEXT, v2WorkspaceId TEXT,
    sessionKind TEXT, chatSessionId TEXT, terminalSessionId TEXT, status TEXT NOT NULL, error TEXT,
    dispatchedAt TEXT, createdAt TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS change_log (txid INTEGER PRIMARY KEY AUTOINCREMENT, procedure TEXT NOT NULL) STRICT;
`

/** Opens (and if need be creates) the database; `:memory:` or a path. */
export function openDatabase(location: string): DatabaseSync {
  const database = new DatabaseSync(location)
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF;')
  database.exec(TABLES)
  return database
}

/** A value that is made once and then stays with the database, so that a kept database keeps its keys. */
export function setting(database: DatabaseSync, name: string, make: () => string): string {
  const row = database.prepare('SELECT value FROM sandbox_setting WHERE name = ?').get(name)
  if (row) return String(row['value'])
  const value = make()
  database.prepare('INSERT INTO sandbox_setting (name, value) VALUES (?, ?)').run(name, value)
  return value
}

/** Key material for signed cookies and for sealing the issuer's private keys at rest. */
export function issuerSecret(database: DatabaseSync): string {
  return setting(database, 'issuer-secret', () => randomBytes(32).toString('base64url'))
}

/** The number that the service reports with each change (a transaction id there). */
export function nextTransaction(database: DatabaseSync, procedure: string): number {
  return Number(database.prepare('INSERT INTO change_log (procedure) VALUES (?)').run(procedure).lastInsertRowid)
}
