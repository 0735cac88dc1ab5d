import {TRPCError} from '@trpc/server'
import {randomUUID} from 'node:crypto'
import {type DatabaseSync, type SQLInputValue} from 'node:sqlite'
import {type Row} from '../database.ts'
import {describe} from './schedule.ts'

export interface Automation {
  readonly id: string
  readonly organizationId: string
  readonly ownerUserId: string
  readonly name: string
  readonly prompt: string
  readonly agent: string
  readonly targetHostId: string | null
  readonly v2ProjectId: string | null
  readonly v2WorkspaceId: string | null
  readonly enabled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly rrule: string | null
  readonly dtstart: Date | null
  readonly timezone: string | null
  readonly nextRunAt: Date | null
  readonly scheduleText: string | null
  readonly triggerId: string
}

export type Values = Readonly<Record<string, SQLInputValue | boolean | Date | undefined>>

const RUN_COLUMNS = [
  ...['id', 'automationId', 'organizationId', 'title', 'triggerId', 'eventId', 'scheduledFor', 'resourceKey', 'hostId'],
  ...['v2WorkspaceId', 'sessionKind', 'chatSessionId', 'terminalSessionId', 'status', 'error', 'dispatchedAt'],
  'createdAt',
]

export function automationsOf(database: DatabaseSync, organizationId: string): Automation[] {
  return database
    .prepare('SELECT * FROM automation WHERE organizationId = ? ORDER BY createdAt DESC, rowid DESC')
    .all(organizationId)
    .map((row) => toAutomation(row))
}

/**
 * @param ownerUserId whose it has to be; anybody's of the organization unless given
 * @throws TRPCError NOT_FOUND
 */
export function demandAutomation(
  database: DatabaseSync,
  {id, organizationId, ownerUserId}: {id: string; organizationId: string; ownerUserId?: string},
): Automation {
  const row = database.prepare('SELECT * FROM automation WHERE id = ? AND organizationId = ?').get(id, organizationId)
  const foreign = ownerUserId !== undefined && row?.['ownerUserId'] !== ownerUserId
  if (!row || foreign) throw new TRPCError({code: 'NOT_FOUND', message: 'Automation not found'})
  return toAutomation(row)
}

export function insertAutomation(database: DatabaseSync, values: Values): string {
  const id = randomUUID()
  const now = new Date()
  insert(database, 'automation', {
    ...values,
    id,
    triggerId: randomUUID(),
    enabled: true,
    createdAt: now,
    updatedAt: now,
  })
  return id
}

/** Sets the named columns; the names are the caller's own, never a client's. */
export function updateAutomation(database: DatabaseSync, id: string, changes: Values): void {
  const values = toColumns({...changes, updatedAt: new Date()})
  const assignments = Object.keys(values).map((name) => `${name} = :${name}`)
  database.prepare(`UPDATE automation SET ${assignments.join(', ')} WHERE id = :id`).run({...values, id})
}

export function deleteAutomation(database: DatabaseSync, id: string): void {
  database.prepare('DELETE FROM automation WHERE id = ?').run(id)
  database.prepare('DELETE FROM automation_run WHERE automationId = ?').run(id)
}

export function insertRun(database: DatabaseSync, {id, name, organizationId, triggerId}: Automation, values: Values) {
  const runId = randomUUID()
  const now = new Date()
  const of = {id: runId, automationId: id, organizationId, title: name, triggerId}
  insert(database, 'automation_run', {...of, scheduledFor: now, createdAt: now, ...values})
  return runId
}

export function runsOf(database: DatabaseSync, automationId: string, limit: number) {
  return database
    .prepare(
      `SELECT ${RUN_COLUMNS.join(', ')} FROM automation_run WHERE automationId = ?
       ORDER BY createdAt DESC, rowid DESC LIMIT ?`,
    )
    .all(automationId, limit)
    .map((row) => ({
      ...row,
      scheduledFor: toDate(row['scheduledFor']),
      dispatchedAt: toDate(row['dispatchedAt']),
      createdAt: toDate(row['createdAt']),
    }))
}

function insert(database: DatabaseSync, table: string, values: Values): void {
  const columns = toColumns(values)
  const names = Object.keys(columns)
  const places = names.map((name) => `:${name}`)
  database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`).run(columns)
}

function toColumns(values: Values): Record<string, SQLInputValue> {
  const columns: Record<string, SQLInputValue> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    columns[name] = value instanceof Date ? value.toISOString() : typeof value === 'boolean' ? Number(value) : value
  }

  return columns
}

function toAutomation(row: Row): Automation {
  const text = (name: string) => String(row[name])
  const known = (name: string) => (typeof row[name] === 'string' ? row[name] : null)
  const rrule = known('rrule')
  return {
    ...{id: text('id'), organizationId: text('organizationId'), ownerUserId: text('ownerUserId'), name: text('name')},
    ...{prompt: text('prompt'), agent: text('agent'), targetHostId: known('targetHostId')},
    ...{v2ProjectId: known('v2ProjectId'), v2WorkspaceId: known('v2WorkspaceId'), enabled: row['enabled'] === 1},
    ...{createdAt: new Date(text('createdAt')), updatedAt: new Date(text('updatedAt'))},
    ...{rrule, dtstart: toDate(row['dtstart']), timezone: known('timezone'), nextRunAt: toDate(row['nextRunAt'])},
    ...{scheduleText: rrule === null ? null : describe(rrule), triggerId: text('triggerId')},
  }
}

function toDate(value: unknown): Date | null {
  return typeof value === 'string' ? new Date(value) : null
}
