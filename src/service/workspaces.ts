import {EXIT, Problem} from '@superset/identity'
import {array, boolean, type InferOutput, nullish} from 'valibot'
import {AnyRow, maybeEnum, maybeInstant, maybeText, read, readList, row, text} from './answer.ts'
import type {AgentLaunch} from './agents.ts'
import type {Api} from './client.ts'
import {Deletion} from './delete-each.ts'
import {isUuid, type Kind, match, pick} from './names.ts'
import {explainNotFound} from './not-found.ts'
import {createOrFind, type Patience} from './targets/late-create.ts'
import type {Target} from './targets/target.ts'
import {getTask} from './tasks.ts'

/** A workspace as its host sends it when it was made or changed. */
export const Workspace = row({
  id: text,
  organizationId: maybeText,
  projectId: maybeText,
  hostId: maybeText,
  name: text,
  branch: maybeText,
  type: maybeEnum(['main', 'worktree', 'session']),
  createdByUserId: maybeText,
  taskId: maybeText,
  createdAt: maybeInstant,
  updatedAt: maybeInstant,
})
export type Workspace = InferOutput<typeof Workspace>

export const ListedWorkspace = row({
  ...Workspace.entries,
  worktreePath: maybeText,
  worktreeExists: nullish(boolean()),
  projectName: maybeText,
  archivedAt: maybeInstant,
  archiveReason: maybeText,
})
export type ListedWorkspace = InferOutput<typeof ListedWorkspace>

export const CreatedWorkspace = row({
  workspace: Workspace,
  terminals: array(AnyRow),
  agents: array(AnyRow),
  alreadyExists: nullish(boolean()),
})
export type CreatedWorkspace = InferOutput<typeof CreatedWorkspace>

export interface WorkspaceFilter {
  /** Name or id of its project. */
  readonly project?: string | undefined
  /** In name, branch or project. */
  readonly search?: string | undefined
}

export interface NewWorkspace {
  readonly projectId: string
  readonly name: string
  readonly branch?: string | undefined
  /** Number of a pull request. */
  readonly pr?: number | undefined
  readonly taskId?: string | undefined
  readonly baseBranch?: string | undefined
  readonly skipBranchPrefix?: boolean | undefined
  readonly agents?: readonly AgentLaunch[] | undefined
  /** For a terminal in it. */
  readonly command?: string | undefined
}

export type NewSession = Pick<NewWorkspace, 'agents' | 'command'> & {readonly name?: string | undefined}

export interface WorkspaceChange {
  readonly name?: string | undefined
  /** `null`: of none any more. */
  readonly taskId?: string | null | undefined
}

const DeleteAnswer = row({warnings: nullish(array(text))})

async function workspacesOn(target: Target): Promise<ListedWorkspace[]> {
  return readList(ListedWorkspace, await target.query('workspace.list'), 'workspace.list')
}

/** In the place of the project's name, where there is no project. */
const SESSION = 'session'

export async function listWorkspaces(
  target: Target,
  {project, search}: WorkspaceFilter = {},
): Promise<ListedWorkspace[]> {
  const rows = await workspacesOn(target)
  return rows
    .map((one) => ({...one, projectName: one.projectName ?? one.projectId ?? SESSION}))
    .filter(
      ({branch, name, projectId, projectName}) =>
        (project === undefined || [projectId, projectName].some((one) => isSame(one, project))) &&
        (search === undefined || [name, branch, projectName].some((one) => has(one, search))),
    )
}

function isSame(value: string | null | undefined, wanted: string): boolean {
  return value?.toLowerCase() === wanted.trim().toLowerCase()
}

function has(value: string | null | undefined, part: string): boolean {
  return value?.toLowerCase().includes(part.toLowerCase()) === true
}

function kindOn({flag}: Pick<Target, 'flag'>): Kind<ListedWorkspace> {
  return {
    noun: 'workspace',
    unknownCode: 'WORKSPACE_NOT_FOUND',
    list: `superset workspaces list${flag}`,
    isId: isUuid,
    idOf: ({id}) => id,
    namesOf: ({branch, name, projectName}) => [name, branch, projectName && `${projectName}/${name}`],
  }
}

/**
 * By its id, its name or its branch.
 * @throws Problem WORKSPACE_NOT_FOUND (1), NAME_AMBIGUOUS (2)
 */
export async function findWorkspace(target: Target, wanted: string): Promise<ListedWorkspace> {
  return pickWorkspace(target, wanted, await workspacesOn(target))
}

function pickWorkspace(target: Target, wanted: string, all: readonly ListedWorkspace[]): ListedWorkspace {
  const kind = kindOn(target)
  const found = match(wanted, all, kind)
  if (found) return found
  if (!kind.isId(wanted)) return pick(wanted, all, kind)
  throw notFound(target, wanted)
}

function notFound({flag, name}: Target, wanted: string): Problem {
  return new Problem({
    code: 'WORKSPACE_NOT_FOUND',
    message: `There is no workspace ${JSON.stringify(wanted)} on ${name}.`,
    exit: EXIT.failed,
    suggestions: [
      `Run \`superset workspaces list${flag}\` to see what there is.`,
      'If it is on another host, name that with --host.',
    ],
  })
}

/** With the flags of a command in the place of ids. */
export async function createWorkspace(
  target: Target,
  input: NewWorkspace,
  patience?: Patience,
): Promise<CreatedWorkspace> {
  const {branch, name, projectId} = input
  return created(target, 'workspaces.create', input, patience, (one) => {
    if (one.projectId !== projectId) return false
    return branch === undefined ? one.name === name : isBranch(one, branch)
  })
}

/** A workspace of no project. */
export async function createSession(target: Target, input: NewSession, patience?: Patience): Promise<CreatedWorkspace> {
  const {name} = input
  return created(
    target,
    'workspaces.createSession',
    input,
    patience,
    (one) => one.type === 'session' && one.name === name,
  )
}

/** Of what was there before, and named alike, there is a branch alone that a host would not make twice. */
const CLOCKS_APART_MS = 5 * 60_000

async function created(
  target: Target,
  procedure: string,
  input: NewSession | NewWorkspace,
  patience: Patience | undefined,
  isIt: (workspace: ListedWorkspace) => boolean,
): Promise<CreatedWorkspace> {
  const since = Date.now() - CLOCKS_APART_MS
  const isNew = ({createdAt}: ListedWorkspace) => createdAt != null && Date.parse(createdAt) >= since
  const hasBranch = 'branch' in input && input.branch !== undefined
  const answer = await createOrFind(
    () => target.mutate(procedure, input, `superset workspaces list${target.flag}`),
    async () => {
      const found = (await workspacesOn(target)).find((one) => isIt(one) && (hasBranch || isNew(one)))
      return found && {workspace: found, terminals: [], agents: [], alreadyExists: false, txid: null, answerLost: true}
    },
    patience,
  )
  return read(CreatedWorkspace, answer, procedure)
}

/** Hosts may put a prefix in front of the branch that was asked for. */
function isBranch({branch}: ListedWorkspace, wanted: string): boolean {
  return branch === wanted || branch?.endsWith(`/${wanted}`) === true
}

/** @throws Problem WORKSPACE_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export async function updateWorkspace(target: Target, wanted: string, change: WorkspaceChange): Promise<Workspace> {
  const id = isUuid(wanted) ? wanted : (await findWorkspace(target, wanted)).id
  const check = `superset workspaces get ${id}${target.flag}`
  const answer = await explainNotFound(
    () => target.mutate('workspace.update', {id, ...change}, check),
    () => notFound(target, wanted),
  )
  return read(Workspace, answer, 'workspace.update')
}

/** @throws Problem TASK_NOT_FOUND (1) */
export async function taskId(api: Api, idOrSlug: string): Promise<string> {
  return isUuid(idOrSlug) ? idOrSlug : (await getTask(api, idOrSlug)).id
}

/** What the host says of each, beside that it is gone. */
export interface WorkspaceDeletion {
  readonly deletion: Deletion<ListedWorkspace, 'workspace'>
  readonly warnings: readonly string[]
}

/** A host says of an id that it does not know that it is gone: so each is looked up before. */
export function deletionOfWorkspaces(open: () => Promise<Target>, wanted: readonly string[]): WorkspaceDeletion {
  const warnings: string[] = []
  const deletion = new Deletion<ListedWorkspace, 'workspace'>('workspace', wanted, async () => {
    const target = await open()
    const all = await workspacesOn(target)
    return {
      find: async (one) => pickWorkspace(target, one, all),
      async remove({id}) {
        const answer = await target.mutate('workspace.delete', {id}, `superset workspaces list${target.flag}`)
        warnings.push(...(read(DeleteAnswer, answer, 'workspace.delete').warnings ?? []))
      },
    }
  })
  return {deletion, warnings}
}

/** One workspace for a person, with names beside ids. */
export const DescribedWorkspace = row({
  id: text,
  name: text,
  branch: maybeText,
  type: maybeText,
  projectId: maybeText,
  projectName: maybeText,
  hostId: text,
  hostName: text,
  taskId: maybeText,
  worktreePath: maybeText,
  worktreeExists: nullish(boolean()),
  createdAt: maybeInstant,
})
export type DescribedWorkspace = InferOutput<typeof DescribedWorkspace>

export function describeWorkspace(
  workspace: ListedWorkspace,
  host: Pick<Target, 'hostId'>,
  hostName: string,
): DescribedWorkspace {
  const {branch, createdAt, id, name, projectId, projectName, taskId, type, worktreeExists, worktreePath} = workspace
  return {
    id,
    name,
    branch: branch ?? null,
    type: type ?? null,
    projectId: projectId ?? null,
    projectName: projectName ?? projectId ?? null,
    hostId: workspace.hostId ?? host.hostId,
    hostName,
    taskId: taskId ?? null,
    worktreePath: worktreePath ?? null,
    worktreeExists: worktreeExists ?? null,
    createdAt: createdAt ?? null,
  }
}

/** For the desktop app. */
export function linkTo({id}: Pick<Workspace, 'id'>): string {
  return `superset://v2-workspace/${encodeURIComponent(id)}`
}
