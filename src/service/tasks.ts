import {EXIT, Problem} from '@superset/identity'
import {array, type InferOutput, nullable, nullish, string} from 'valibot'
import {maybeEnum, maybeInstant, maybeNumber, maybeText, openEnum, read, readList, row, text} from './answer.ts'
import type {Api} from './client.ts'
import {Deletion} from './delete-each.ts'

export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const
export type Priority = (typeof PRIORITIES)[number]

/** Fields of a task that an update can empty. */
export const CLEARABLE = ['assignee', 'description', 'due-date', 'estimate', 'labels', 'pr-url'] as const
export type Clearable = (typeof CLEARABLE)[number]

/** A task as the service sends it. */
export const Task = row({
  id: text,
  slug: text,
  title: text,
  description: maybeText,
  statusId: maybeText,
  priority: maybeEnum(PRIORITIES),
  organizationId: maybeText,
  assigneeId: maybeText,
  creatorId: maybeText,
  estimate: maybeNumber,
  dueDate: maybeInstant,
  labels: nullish(array(string())),
  branch: maybeText,
  prUrl: maybeText,
  externalProvider: maybeText,
  externalId: maybeText,
  externalKey: maybeText,
  externalUrl: maybeText,
  externalProjectId: maybeText,
  externalProjectName: maybeText,
  externalCycleId: maybeText,
  externalCycleName: maybeText,
  assigneeDisplayName: maybeText,
  startedAt: maybeInstant,
  completedAt: maybeInstant,
  createdAt: maybeInstant,
  updatedAt: maybeInstant,
})
export type Task = InferOutput<typeof Task>

/** A row of the list: the task, with names in the place of ids. */
export const ListedTask = row({
  ...Task.entries,
  status: nullable(string()),
  assignee: nullable(string()),
  project: nullable(string()),
})
export type ListedTask = InferOutput<typeof ListedTask>

export const TaskStatus = row({
  id: text,
  name: text,
  type: openEnum(['backlog', 'unstarted', 'started', 'completed', 'canceled']),
  organizationId: maybeText,
  color: maybeText,
  position: maybeNumber,
  progressPercent: maybeNumber,
  externalProvider: maybeText,
  externalId: maybeText,
  createdAt: maybeInstant,
  updatedAt: maybeInstant,
})
export type TaskStatus = InferOutput<typeof TaskStatus>

const ListAnswer = row({
  task: Task,
  statusName: maybeText,
  assignee: nullish(row({name: maybeText})),
})
const ChangeAnswer = row({task: Task})

export interface TaskFilter {
  readonly statusId?: string | undefined
  readonly priority?: Priority | undefined
  readonly assigneeId?: string | undefined
  readonly assigneeMe?: boolean | undefined
  readonly creatorMe?: boolean | undefined
  readonly search?: string | undefined
  readonly externalProjectId?: string | undefined
  readonly externalProjectName?: string | undefined
  readonly externalCycleId?: string | undefined
  /** ISO 8601 instants. */
  readonly dueDateFrom?: string | undefined
  readonly dueDateTo?: string | undefined
  readonly sortBy?: string | undefined
  readonly sortOrder?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export interface TaskFields {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly statusId?: string | undefined
  readonly priority?: Priority | undefined
  readonly assigneeId?: string | undefined
  readonly estimate?: number | undefined
  readonly dueDate?: string | undefined
  readonly labels?: readonly string[] | undefined
  readonly prUrl?: string | undefined
}

const WIRE: Readonly<Record<Clearable, keyof TaskFields>> = {
  assignee: 'assigneeId',
  description: 'description',
  'due-date': 'dueDate',
  estimate: 'estimate',
  labels: 'labels',
  'pr-url': 'prUrl',
}

export async function listTasks(api: Api, filter: TaskFilter): Promise<ListedTask[]> {
  const rows = readList(ListAnswer, await api.query('task.list', filter), 'task.list')
  return rows.map(({assignee, statusName, task}) => ({
    ...task,
    status: statusName || null,
    assignee: assignee?.name || task.assigneeDisplayName || null,
    project: task.externalProjectName || null,
  }))
}

/** @throws Problem TASK_NOT_FOUND (1) */
export async function getTask(api: Api, idOrSlug: string): Promise<Task> {
  const found = await api.query('task.byIdOrSlug', idOrSlug)
  if (found === null || found === undefined) throw notFound(idOrSlug)
  return read(Task, found, 'task.byIdOrSlug')
}

export async function createTask(api: Api, fields: TaskFields): Promise<Task> {
  return changed(await api.mutate('task.create', fields, 'superset tasks list'), 'task.create')
}

/** @param clear fields to empty; they must not be among `fields` */
export async function updateTask(
  api: Api,
  idOrSlug: string,
  fields: TaskFields,
  clear: readonly Clearable[],
): Promise<Task> {
  const {id} = await getTask(api, idOrSlug)
  const emptied = Object.fromEntries(clear.map((name) => [WIRE[name], null]))
  const input = {...fields, ...emptied, id}
  return changed(await api.mutate('task.update', input, `superset tasks get ${id}`), 'task.update')
}

/** @param open called when something is to be sent */
export function deletionOfTasks(open: () => Promise<Api>, tasks: readonly string[]): Deletion<Task, 'task'> {
  return new Deletion('task', tasks, async () => {
    const api = await open()
    return {
      find: (idOrSlug) => getTask(api, idOrSlug),
      remove: ({id}) => api.mutate('task.delete', id, `superset tasks get ${id}`),
    }
  })
}

export async function listStatuses(api: Api): Promise<TaskStatus[]> {
  return readList(TaskStatus, await api.query('task.statuses.list'), 'task.statuses.list')
}

function changed(answer: unknown, procedure: string): Task {
  return read(ChangeAnswer, answer, procedure).task
}

function notFound(idOrSlug: string): Problem {
  return new Problem({
    code: 'TASK_NOT_FOUND',
    message: `Task not found: ${idOrSlug}.`,
    exit: EXIT.failed,
    suggestions: ['Run `superset tasks list` to see the tasks of this organization.'],
  })
}
