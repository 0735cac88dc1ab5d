import {type DatabaseSync, type SQLInputValue} from 'node:sqlite'
import {z} from 'zod'
import {type Row} from '../database.ts'
import {PRIORITIES, TASK_COLUMNS, type Task, toTask} from './task-table.ts'

const instant = z.iso.datetime({offset: true})

export const taskFilters = z
  .object({
    statusId: z.uuid().nullish(),
    priority: z.enum(PRIORITIES).nullish(),
    assigneeId: z.uuid().nullish(),
    assigneeMe: z.boolean().nullish(),
    creatorMe: z.boolean().nullish(),
    search: z.string().min(1).nullish(),
    externalProjectId: z.string().min(1).nullish(),
    externalProjectName: z.string().min(1).nullish(),
    externalCycleId: z.string().min(1).nullish(),
    dueDateFrom: instant.nullish(),
    dueDateTo: instant.nullish(),
    sortBy: z.enum(['createdAt', 'updatedAt', 'dueDate', 'priority']).nullish(),
    sortOrder: z.enum(['asc', 'desc']).nullish(),
    limit: z.number().int().min(1).max(500).nullish(),
    offset: z.number().int().min(0).nullish(),
  })
  .nullish()

export type TaskFilters = NonNullable<z.infer<typeof taskFilters>>

export interface ListedTask {
  readonly task: Task
  readonly assignee: Person | null
  readonly creator: Person | null
  readonly statusName: string | null
}

interface Person {
  readonly id: string
  readonly name: string
  readonly image: string | null
}

const RANK = `CASE task.priority ${PRIORITIES.map((name, index) => `WHEN '${name}' THEN ${4 - index}`).join(' ')} END`
const SORT_KEYS = {
  createdAt: 'task.createdAt',
  updatedAt: 'task.updatedAt',
  dueDate: 'task.dueDate',
  priority: RANK,
}

/** The tasks of an organization, filtered, sorted and paged by the database; the newest first unless told otherwise. */
export function listTasks(
  database: DatabaseSync,
  {organizationId, userId}: {organizationId: string; userId: string},
  filters: TaskFilters,
): ListedTask[] {
  const {conditions, values} = conditionsFor(filters, userId)
  const direction = filters.sortOrder === 'asc' ? 'ASC' : 'DESC'
  const rows = database
    .prepare(
      `SELECT ${TASK_COLUMNS}, status.name AS statusName,
         assignee.name AS assigneeName, assignee.image AS assigneeImage,
         creator.name AS creatorName, creator.image AS creatorImage
       FROM task
       LEFT JOIN task_status AS status ON status.id = task.statusId
       LEFT JOIN user AS assignee ON assignee.id = task.assigneeId
       LEFT JOIN user AS creator ON creator.id = task.creatorId
       WHERE ${['task.organizationId = :organizationId', 'task.deletedAt IS NULL', ...conditions].join(' AND ')}
       ORDER BY ${SORT_KEYS[filters.sortBy ?? 'createdAt']} ${direction} NULLS LAST, task.createdAt DESC, task.rowid DESC
       LIMIT :limit OFFSET :offset`,
    )
    .all({...values, organizationId, limit: filters.limit ?? 50, offset: filters.offset ?? 0})
  return rows.map(toListedTask)
}

function conditionsFor(filters: TaskFilters, userId: string) {
  const conditions: string[] = []
  const values: Record<string, SQLInputValue> = {}
  const where = (condition: string, name: string, value: SQLInputValue | null | undefined) => {
    if (value === null || value === undefined) return
    conditions.push(condition)
    values[name] = value
  }

  where('task.statusId = :statusId', 'statusId', filters.statusId)
  where('task.priority = :priority', 'priority', filters.priority)
  where('task.assigneeId = :assigneeId', 'assigneeId', filters.assigneeId)
  where('task.assigneeId = :assigneeMe', 'assigneeMe', filters.assigneeMe ? userId : null)
  where('task.creatorId = :creatorMe', 'creatorMe', filters.creatorMe ? userId : null)
  where('task.externalProjectId = :projectId', 'projectId', filters.externalProjectId)
  where('task.externalCycleId = :cycleId', 'cycleId', filters.externalCycleId)
  where('task.dueDate >= :dueFrom', 'dueFrom', canonical(filters.dueDateFrom))
  where('task.dueDate <= :dueTo', 'dueTo', canonical(filters.dueDateTo))
  const prefix = filters.externalProjectName && `${escapeLike(filters.externalProjectName)}%`
  where(String.raw`task.externalProjectName LIKE :projectName ESCAPE '\'`, 'projectName', prefix)
  const text = filters.search && `%${escapeLike(filters.search)}%`
  const searched = ['title', 'description', 'slug']
  const anyOf = searched.map((column) => String.raw`task.${column} LIKE :search ESCAPE '\'`).join(' OR ')
  where(`(${anyOf})`, 'search', text)
  return {conditions, values}
}

/** Instants are stored in one form, so that they compare as text. */
function canonical(value: string | null | undefined): string | null {
  return value ? new Date(value).toISOString() : null
}

function escapeLike(text: string): string {
  return text.replaceAll(/[%\\_]/g, String.raw`\$&`)
}

function toListedTask(row: Row): ListedTask {
  return {
    task: toTask(row),
    assignee: toPerson(row['assigneeId'], row['assigneeName'], row['assigneeImage']),
    creator: toPerson(row['creatorId'], row['creatorName'], row['creatorImage']),
    statusName: row['statusName'] === null ? null : String(row['statusName']),
  }
}

function toPerson(id: unknown, name: unknown, image: unknown): Person | null {
  if (typeof id !== 'string' || typeof name !== 'string') return null
  return {id, name, image: typeof image === 'string' ? image : null}
}
