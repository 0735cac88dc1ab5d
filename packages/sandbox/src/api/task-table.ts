import {randomUUID} from 'node:crypto'
import {type DatabaseSync, type SQLInputValue} from 'node:sqlite'
import {type Row} from '../database.ts'

export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const
export type Priority = (typeof PRIORITIES)[number]

/** Columns in the order in which the service lists them. */
const COLUMNS = [
  ...['id', 'slug', 'title', 'description', 'statusId', 'priority', 'organizationId', 'assigneeId', 'creatorId'],
  ...['estimate', 'dueDate', 'labels', 'branch', 'prUrl', 'externalProvider', 'externalId', 'externalKey'],
  ...['externalUrl', 'lastSyncedAt', 'syncError', 'externalProjectId', 'externalProjectName', 'externalCycleId'],
  ...['externalCycleName', 'assigneeExternalId', 'assigneeDisplayName', 'assigneeAvatarUrl', 'startedAt'],
  ...['completedAt', 'deletedAt', 'createdAt', 'updatedAt'],
]
const DATES = new Set(['completedAt', 'createdAt', 'deletedAt', 'dueDate', 'lastSyncedAt', 'startedAt', 'updatedAt'])

/** The columns of `task`, qualified, for a SELECT. */
export const TASK_COLUMNS = COLUMNS.map((column) => `task.${column}`).join(', ')

export interface Task extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly slug: string
  readonly organizationId: string
}

export interface NewTask {
  readonly title: string
  readonly description?: string | null | undefined
  readonly statusId?: string | null | undefined
  readonly priority?: Priority | null | undefined
  readonly assigneeId?: string | null | undefined
  readonly estimate?: number | null | undefined
  readonly dueDate?: Date | null | undefined
  readonly labels?: readonly string[] | null | undefined
  readonly external?: External | undefined
}

/** What a task that came from another tracker brings along; no client can set it. */
export interface External {
  readonly externalProvider?: string
  readonly externalId?: string
  readonly externalKey?: string
  readonly externalUrl?: string
  readonly externalProjectId?: string
  readonly externalProjectName?: string
  readonly externalCycleId?: string
  readonly externalCycleName?: string
}

/** Turns a row into the task that goes over the wire: dates are `Date`, labels an array. */
export function toTask(row: Row): Task {
  const task: Record<string, unknown> = {}
  for (const column of COLUMNS) {
    const value = row[column]
    if (value === null || value === undefined) task[column] = null
    else if (DATES.has(column)) task[column] = new Date(String(value))
    else task[column] = column === 'labels' ? JSON.parse(String(value)) : value
  }

  return task as Task
}

export function taskById(database: DatabaseSync, id: string): Task | undefined {
  const row = database.prepare(`SELECT ${TASK_COLUMNS} FROM task WHERE id = ? AND deletedAt IS NULL`).get(id)
  return row && toTask(row)
}

export function taskBySlug(database: DatabaseSync, organizationId: string, slug: string): Task | undefined {
  const row = database
    .prepare(`SELECT ${TASK_COLUMNS} FROM task WHERE organizationId = ? AND slug = ? AND deletedAt IS NULL`)
    .get(organizationId, slug)
  return row && toTask(row)
}

/** Stores a task; without a status it gets the organization's first one. */
export function insertTask(
  database: DatabaseSync,
  {organizationId, creatorId}: {organizationId: string; creatorId: string},
  task: NewTask,
  now = new Date(),
): Task {
  const id = randomUUID()
  const at = now.toISOString()
  const values: Record<string, SQLInputValue> = {
    ...task.external,
    id,
    organizationId,
    creatorId,
    slug: freeSlug(database, organizationId, task.title),
    title: task.title,
    description: task.description ?? null,
    statusId: task.statusId ?? firstStatus(database, organizationId),
    priority: task.priority ?? 'none',
    assigneeId: task.assigneeId ?? null,
    estimate: task.estimate ?? null,
    dueDate: task.dueDate?.toISOString() ?? null,
    labels: JSON.stringify(task.labels ?? []),
    createdAt: at,
    updatedAt: at,
  }
  const names = Object.keys(values)
  const places = names.map((name) => `:${name}`)
  database.prepare(`INSERT INTO task (${names.join(', ')}) VALUES (${places.join(', ')})`).run(values)
  return taskById(database, id) as Task
}

/** Sets the named columns; the names are the caller's own, never a client's. */
export function updateTask(database: DatabaseSync, id: string, changes: Readonly<Record<string, SQLInputValue>>): Task {
  const values = {...changes, updatedAt: new Date().toISOString()}
  const assignments = Object.keys(values).map((name) => `${name} = :${name}`)
  database.prepare(`UPDATE task SET ${assignments.join(', ')} WHERE id = :id`).run({...values, id})
  return taskById(database, id) as Task
}

/** The task stays in the table, marked, as the service keeps it. */
export function deleteTask(database: DatabaseSync, id: string): void {
  database.prepare('UPDATE task SET deletedAt = ? WHERE id = ?').run(new Date().toISOString(), id)
}

function firstStatus(database: DatabaseSync, organizationId: string): string {
  const row = database
    .prepare('SELECT id FROM task_status WHERE organizationId = ? ORDER BY position LIMIT 1')
    .get(organizationId)
  return String(row?.['id'])
}

function freeSlug(database: DatabaseSync, organizationId: string, title: string): string {
  const ascii = title.toLowerCase().replaceAll(/[^\da-z]+/g, '-')
  const base = ascii.replaceAll(/^-|-$/g, '') || 'task'
  const taken = database.prepare('SELECT 1 FROM task WHERE organizationId = ? AND slug = ?')
  for (let suffix = 1; ; suffix++) {
    const slug = suffix === 1 ? base : `${base}-${suffix}`
    if (!taken.get(organizationId, slug)) return slug
  }
}
