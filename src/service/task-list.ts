import {type InferOutput, nullable, nullish, string} from 'valibot'
import {maybeText, readList, row} from './answer.ts'
import type {Api} from './client.ts'
import {isUuid, type Kind, match} from './names.ts'
import type {Page} from './pages.ts'
import {ME, userIdOf} from './people.ts'
import {type Priority, statusIdOf, Task} from './tasks.ts'

/** A row of the list: the task, with names in the place of ids. */
export const ListedTask = row({
  ...Task.entries,
  status: nullable(string()),
  assignee: nullable(string()),
  project: nullable(string()),
})
export type ListedTask = InferOutput<typeof ListedTask>

const ListAnswer = row({
  task: Task,
  statusName: maybeText,
  assignee: nullish(row({name: maybeText})),
})

export interface TaskFilter {
  /** Id or name. */
  readonly status?: string | undefined
  readonly priority?: Priority | undefined
  /** Id, e-mail address or name of a member, or `@me`. */
  readonly assignee?: string | undefined
  readonly creatorMe?: boolean | undefined
  readonly search?: string | undefined
  /** Id or name. */
  readonly project?: string | undefined
  /** Beginning of its name. */
  readonly projectName?: string | undefined
  /** Id or name. */
  readonly cycle?: string | undefined
  /** ISO 8601 instants. */
  readonly dueFrom?: string | undefined
  readonly dueTo?: string | undefined
  readonly sortBy?: string | undefined
  readonly sortOrder?: string | undefined
}

/** The filter as the service takes it. */
interface Wire {
  readonly externalProjectId?: string | undefined
  readonly externalProjectName?: string | undefined
  readonly externalCycleId?: string | undefined
  readonly [key: string]: unknown
}

/** The longest page that the service gives. */
export const LONGEST_PAGE = 500

/**
 * Lists page by page, with names in the place of ids. The service finds projects and cycles by their ids alone, and those
 * of other trackers look like anything: what no task has as an id is looked for as a name.
 * @throws Problem STATUS_UNKNOWN, MEMBER_UNKNOWN (1), NAME_AMBIGUOUS (2)
 */
export async function taskPages(api: Api, filter: TaskFilter): Promise<(page: Page) => Promise<ListedTask[]>> {
  let wire = await wireOf(api, filter)
  let isSettled = (filter.project ?? filter.cycle) === undefined
  return async (page) => {
    const tasks = await listTasks(api, wire, page)
    const isFinal = isSettled || tasks.length > 0
    isSettled = true
    const named = isFinal ? undefined : await byName(api, wire)
    if (named === undefined) return tasks
    wire = named
    return listTasks(api, wire, page)
  }
}

async function listTasks(api: Api, filter: Wire, page: Page): Promise<ListedTask[]> {
  const rows = readList(ListAnswer, await api.query('task.list', {...filter, ...page}), 'task.list')
  return rows.map(({assignee, statusName, task}) => ({
    ...task,
    status: statusName || null,
    assignee: assignee?.name || task.assigneeDisplayName || null,
    project: task.externalProjectName || null,
  }))
}

async function wireOf(api: Api, filter: TaskFilter): Promise<Wire> {
  const {assignee} = filter
  const isMe = assignee === ME
  return {
    statusId: filter.status === undefined ? undefined : await statusIdOf(api, filter.status),
    priority: filter.priority,
    assigneeId: assignee === undefined || isMe ? undefined : await userIdOf(api, assignee),
    assigneeMe: isMe || undefined,
    creatorMe: filter.creatorMe,
    search: filter.search,
    externalProjectId: filter.project,
    externalProjectName: filter.projectName,
    externalCycleId: filter.cycle,
    dueDateFrom: shortest(filter.dueFrom),
    dueDateTo: shortest(filter.dueTo),
    sortBy: filter.sortBy,
    sortOrder: filter.sortOrder,
  }
}

/** Whole seconds are sent without a fraction, as the service's clients do. */
function shortest(instant: string | undefined): string | undefined {
  return instant?.replace('.000Z', 'Z')
}

/** What tasks of another tracker belong to. */
interface Group {
  readonly id: string
  readonly name: string
}

/** @returns `undefined` where there are no such names either */
async function byName(api: Api, wire: Wire): Promise<Wire | undefined> {
  const {externalCycleId: cycle, externalProjectId: project} = wire
  let named = wire
  if (project !== undefined && !isUuid(project)) {
    const tasks = await listTasks(api, {externalProjectName: project}, {limit: LONGEST_PAGE, offset: 0})
    const groups = groupsOf(tasks, ({externalProjectId: id, externalProjectName: name}) => [id, name])
    const found = match(project, groups, kindOf('project', 'superset tasks list --fields externalProjectId,project'))
    if (found) named = {...named, externalProjectId: found.id}
  }

  if (cycle !== undefined && !isUuid(cycle)) {
    // There is no filter for its name; a cycle is what is worked on, so its tasks are among those changed last.
    const recent = {sortBy: 'updatedAt', externalProjectId: named.externalProjectId}
    const tasks = await listTasks(api, recent, {limit: LONGEST_PAGE, offset: 0})
    const groups = groupsOf(tasks, ({externalCycleId: id, externalCycleName: name}) => [id, name])
    const found = match(
      cycle,
      groups,
      kindOf('cycle', 'superset tasks list --fields externalCycleId,externalCycleName'),
    )
    if (found) named = {...named, externalCycleId: found.id}
  }

  return named === wire ? undefined : named
}

function groupsOf(
  tasks: readonly ListedTask[],
  of: (task: ListedTask) => readonly [string | null | undefined, string | null | undefined],
): Group[] {
  const found = new Map<string, Group>()
  for (const task of tasks) {
    const [id, name] = of(task)
    if (id && name) found.set(id, {id, name})
  }

  return [...found.values()]
}

function kindOf(noun: string, list: string): Kind<Group> {
  const unknownCode = `${noun.toUpperCase()}_UNKNOWN`
  return {noun, unknownCode, list, isId: isUuid, idOf: ({id}) => id, namesOf: ({name}) => [name]}
}
