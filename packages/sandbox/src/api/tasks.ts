import {TRPCError} from '@trpc/server'
import {type DatabaseSync, type SQLInputValue} from 'node:sqlite'
import {z} from 'zod'
import {nextTransaction} from '../database.ts'
import {organizationIdsOf} from '../memberships.ts'
import {organizationProcedure, router} from './procedures.ts'
import {deleteTask, insertTask, PRIORITIES, type Task, taskById, taskBySlug, updateTask} from './task-table.ts'
import {listTasks, taskFilters} from './task-list.ts'

const newTask = z.object({
  title: z.string().min(1),
  description: z.string().nullish(),
  statusId: z.uuid().nullish(),
  priority: z.enum(PRIORITIES).nullish(),
  assigneeId: z.uuid().nullish(),
  estimate: z.number().int().positive().nullish(),
  dueDate: z.coerce.date().nullish(),
  labels: z.array(z.string()).nullish(),
})

const changedTask = newTask.partial().extend({id: z.uuid(), prUrl: z.url().nullish()})

export const tasks = router({
  list: organizationProcedure
    .input(taskFilters)
    .query(({ctx, input}) =>
      listTasks(ctx.database, {organizationId: ctx.organizationId, userId: ctx.caller.userId}, input ?? {}),
    ),
  byId: organizationProcedure
    .input(z.uuid())
    .query(({ctx, input}) => visible(ctx.database, ctx.caller.userId, taskById(ctx.database, input)) ?? null),
  byIdOrSlug: organizationProcedure.input(z.string().min(1)).query(({ctx, input}) => {
    const {database, caller, organizationId} = ctx
    if (!z.uuid().safeParse(input).success) return taskBySlug(database, organizationId, input) ?? null
    // By id a task is found in any organization of the caller, whichever is active.
    return visible(database, caller.userId, taskById(database, input)) ?? null
  }),
  create: organizationProcedure.input(newTask).mutation(({ctx, input}) => {
    const {database, organizationId} = ctx
    checkStatus(database, organizationId, input.statusId)
    const task = insertTask(database, {organizationId, creatorId: ctx.caller.userId}, input)
    return {task, txid: nextTransaction(database, 'task.create')}
  }),
  update: organizationProcedure.input(changedTask).mutation(({ctx, input}) => {
    const {database} = ctx
    const {organizationId} = demand(visible(database, ctx.caller.userId, taskById(database, input.id)))
    checkStatus(database, organizationId, input.statusId)
    const task = updateTask(database, input.id, columnsOf(input))
    return {task, txid: nextTransaction(database, 'task.update')}
  }),
  delete: organizationProcedure.input(z.uuid()).mutation(({ctx, input}) => {
    const {database} = ctx
    demand(visible(database, ctx.caller.userId, taskById(database, input)))
    deleteTask(database, input)
    return {txid: nextTransaction(database, 'task.delete')}
  }),
  statuses: router({
    list: organizationProcedure.query(({ctx}) => listStatuses(ctx.database, ctx.organizationId)),
  }),
})

function visible(database: DatabaseSync, userId: string, task: Task | undefined): Task | undefined {
  return task && organizationIdsOf(database, userId).includes(task.organizationId) ? task : undefined
}

function demand(task: Task | undefined): Task {
  if (!task) throw new TRPCError({code: 'NOT_FOUND', message: 'Task not found'})
  return task
}

function checkStatus(database: DatabaseSync, organizationId: string, statusId: string | null | undefined): void {
  if (!statusId) return
  const known = database
    .prepare('SELECT 1 FROM task_status WHERE id = ? AND organizationId = ?')
    .get(statusId, organizationId)
  if (!known) throw new TRPCError({code: 'NOT_FOUND', message: 'Status not found'})
}

/**
 * What an update sets. A key that is absent or undefined leaves its column alone and null clears it, except that an
 * `assigneeId` sent as undefined unassigns the task: the service does so, and clients must know.
 */
function columnsOf(input: z.infer<typeof changedTask>): Record<string, SQLInputValue> {
  const {id: _id, dueDate, labels, assigneeId, ...plain} = input
  const columns: Record<string, SQLInputValue> = {}
  for (const [name, value] of Object.entries(plain)) {
    const clearable = name === 'description' || name === 'prUrl' || name === 'estimate'
    if (value !== undefined && (value !== null || clearable)) columns[name] = value
  }

  if (dueDate !== undefined) columns['dueDate'] = dueDate?.toISOString() ?? null
  if (labels !== undefined) columns['labels'] = labels === null ? null : JSON.stringify(labels)
  if ('assigneeId' in input) columns['assigneeId'] = assigneeId ?? null
  return columns
}

function listStatuses(database: DatabaseSync, organizationId: string) {
  const rows = database
    .prepare(
      `SELECT id, organizationId, name, color, type, position, progressPercent, externalProvider, externalId,
         createdAt, updatedAt
       FROM task_status WHERE organizationId = ? ORDER BY position`,
    )
    .all(organizationId)
  return rows.map((row) => ({
    ...row,
    createdAt: new Date(String(row['createdAt'])),
    updatedAt: new Date(String(row['updatedAt'])),
  }))
}
