import {EXIT, isProblem, Problem} from '@superset/identity'
import {array, type InferOutput, nullish, string} from 'valibot'
import {maybeEnum, maybeInstant, maybeNumber, maybeText, openEnum, read, readList, row, text} from './answer.ts'
import type {Api} from './client.ts'
import {Deletion} from './delete-each.ts'
import {isUuid, type Kind, resolveId} from './names.ts'
import {listMembers} from './organizations.ts'
import {userIdOf} from './people.ts'

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

const STATUS: Kind<TaskStatus> = {
  noun: 'status',
  unknownCode: 'STATUS_UNKNOWN',
  list: 'superset tasks statuses list',
  isId: isUuid,
  idOf: ({id}) => id,
  namesOf: ({name}) => [name],
}

const ChangeAnswer = row({task: Task})

export interface TaskFields {
  readonly title?: string | undefined
  readonly description?: string | undefined
  /** Id or name. */
  readonly status?: string | undefined
  readonly priority?: Priority | undefined
  /** Id, e-mail address or name of a member, or `@me`. */
  readonly assignee?: string | undefined
  readonly estimate?: number | undefined
  readonly dueDate?: string | undefined
  readonly labels?: readonly string[] | undefined
  readonly prUrl?: string | undefined
}

const WIRE: Readonly<Record<Clearable, string>> = {
  assignee: 'assigneeId',
  description: 'description',
  'due-date': 'dueDate',
  estimate: 'estimate',
  labels: 'labels',
  'pr-url': 'prUrl',
}

/** @throws Problem TASK_NOT_FOUND (1) */
export async function getTask(api: Api, idOrSlug: string): Promise<Task> {
  const found = await api.query('task.byIdOrSlug', idOrSlug)
  if (found === null || found === undefined) throw notFound(idOrSlug)
  return read(Task, found, 'task.byIdOrSlug')
}

/** @throws Problem STATUS_UNKNOWN, MEMBER_UNKNOWN (1), NAME_AMBIGUOUS (2) */
export async function createTask(api: Api, fields: TaskFields): Promise<Task> {
  const input = await withIds(api, fields)
  return changed(await api.mutate('task.create', input, 'superset tasks list'), 'task.create')
}

/**
 * @param clear fields to empty; they must not be among `fields`
 * @throws Problem TASK_NOT_FOUND, STATUS_UNKNOWN, MEMBER_UNKNOWN (1), NAME_AMBIGUOUS (2); nothing was changed then
 */
export async function updateTask(
  api: Api,
  idOrSlug: string,
  fields: TaskFields,
  clear: readonly Clearable[],
): Promise<Task> {
  const named = await withIds(api, fields)
  const {id} = await getTask(api, idOrSlug)
  const emptied = Object.fromEntries(clear.map((name) => [WIRE[name], null]))
  const input = {...named, ...emptied, id}
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

/** What people call the things whose ids a task holds; what cannot be found out is left out. */
export async function namesOfTask(api: Api, task: Task): Promise<TaskNames> {
  const [statuses, members] = await Promise.all([orNone(listStatuses(api)), orNone(listMembers(api, {limit: 100}))])
  const person = (id: string | null | undefined) => members.find((member) => member.id === id)
  return {
    status: statuses.find(({id}) => id === task.statusId)?.name,
    assignee: person(task.assigneeId)?.name ?? task.assigneeDisplayName ?? undefined,
    creator: person(task.creatorId)?.name ?? undefined,
  }
}

export interface TaskNames {
  readonly status?: string | undefined
  readonly assignee?: string | undefined
  readonly creator?: string | undefined
}

/** A name is nice to have: a task is shown without it. */
async function orNone<Row>(rows: Promise<Row[]>): Promise<Row[]> {
  try {
    return await rows
  } catch (error) {
    if (isProblem(error)) return []
    throw error
  }
}

/** @throws Problem STATUS_UNKNOWN (1), NAME_AMBIGUOUS (2) */
export async function statusIdOf(api: Api, wanted: string): Promise<string> {
  return resolveId(wanted, STATUS, () => listStatuses(api))
}

/** One after the other: what is wrong with the first is said first. */
async function withIds(api: Api, {assignee, status, ...fields}: TaskFields) {
  const statusId = status === undefined ? undefined : await statusIdOf(api, status)
  const assigneeId = assignee === undefined ? undefined : await userIdOf(api, assignee)
  return {...fields, statusId, assigneeId}
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
