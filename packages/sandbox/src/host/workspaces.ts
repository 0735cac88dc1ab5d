import {TRPCError} from '@trpc/server'
import {randomBytes} from 'node:crypto'
import path from 'node:path'
import {z} from 'zod'
import {type AgentLaunch, agentLaunch, launchAgents} from './agents.ts'
import {notFound, ProjectNotSetup, protectedProcedure, router} from './procedures.ts'
import {type HostState, type HostWorkspace} from './state.ts'

const launches = {agents: z.array(agentLaunch).optional(), command: z.string().min(1).optional()}
const newWorkspace = z
  .object({
    projectId: z.string(),
    name: z.string().min(1).optional(),
    branch: z.string().min(1).optional(),
    skipBranchPrefix: z.boolean().optional(),
    pr: z.number().int().positive().optional(),
    baseBranch: z.string().min(1).optional(),
    taskId: z.uuid().optional(),
    waitForSetupBeforeAgents: z.boolean().optional(),
    namingPrompt: z.string().min(1).optional(),
    id: z.uuid().optional(),
    worktreePath: z.string().min(1).optional(),
    runSetup: z.boolean().optional(),
    ...launches,
  })
  .refine(({branch, pr}) => !(branch && pr), {message: '`branch` and `pr` cannot both be set'})
const newSession = z.object({id: z.uuid().optional(), name: z.string().min(1).optional(), ...launches})

const MAIN_STAYS =
  'Main workspaces cannot be deleted. Remove them from the sidebar or remove the project from this host instead.'

/** What is made with git: the plural is the host's own name for it. */
export const workspaceCreation = router({
  create: protectedProcedure.input(newWorkspace).mutation(({ctx: {state}, input}) => {
    const {projectId, taskId = null} = input
    if (!state.projects.some(({id}) => id === projectId)) {
      const cause = new ProjectNotSetup(projectId)
      throw new TRPCError({code: 'PRECONDITION_FAILED', message: cause.message, cause})
    }

    const branch = input.branch ?? (input.pr ? `pr-${input.pr}` : asBranch(input.name))
    const live = state.workspaces.filter((workspace) => workspace.projectId === projectId && !workspace.archivedAt)
    const existing = live.find((workspace) => workspace.branch === branch || workspace.id === input.id)
    const workspace =
      existing ??
      state.addWorkspace({
        ...{projectId, branch, taskId, type: 'worktree', name: input.name ?? branch},
        ...(input.id && {id: input.id}),
        worktreePath: input.worktreePath ?? path.posix.join('/home/ada/.superset/worktrees', projectId, branch),
      })
    return {...launch(state, workspace, input), alreadyExists: existing !== undefined, txid: null}
  }),
  createSession: protectedProcedure.input(newSession).mutation(({ctx: {state}, input}) => {
    const name = input.name ?? asBranch(undefined)
    const existing = input.id === undefined ? undefined : state.liveWorkspace(input.id)
    const worktreePath = path.posix.join('/home/ada/.superset/sessions', name)
    const row = {projectId: null, branch: 'main', type: 'session', name, worktreePath} as const
    return launch(state, existing ?? state.addWorkspace({...row, ...(input.id && {id: input.id})}), input)
  }),
})

export const workspaces = router({
  list: protectedProcedure
    .input(z.object({includeArchived: z.boolean().optional()}).optional())
    .query(({ctx: {state}, input}) =>
      state.workspaces
        .filter(({archivedAt}) => input?.includeArchived || !archivedAt)
        .map((workspace) => toListed(state, workspace)),
    ),
  update: protectedProcedure
    .input(
      z.object({
        id: z.uuid(),
        name: z.string().min(1).optional(),
        branch: z.string().min(1).optional(),
        taskId: z.uuid().nullable().optional(),
      }),
    )
    .mutation(({ctx: {state}, input: {id, name, branch, taskId}}) => {
      const workspace = state.liveWorkspace(id)
      if (!workspace) throw notFound('Workspace not found')
      if (name !== undefined && workspace.type === 'main') {
        const message = 'The local workspace cannot be renamed — it always displays as "local".'
        throw new TRPCError({code: 'BAD_REQUEST', message})
      }

      if (name !== undefined) workspace.name = name
      if (branch !== undefined) workspace.branch = branch
      if (taskId !== undefined) workspace.taskId = taskId
      workspace.updatedAt = new Date()
      return toRow(workspace)
    }),
  // An id that the host does not know is a success, too: there is nothing left to delete.
  delete: protectedProcedure.input(z.object({id: z.string()})).mutation(({ctx: {state}, input}) => {
    const workspace = state.liveWorkspace(input.id)
    if (workspace?.type === 'main') {
      throw new TRPCError({code: 'BAD_REQUEST', message: MAIN_STAYS})
    }

    if (workspace) {
      workspace.archivedAt = new Date()
      workspace.archiveReason = 'deleted'
      workspace.worktreeExists = false
      state.terminals = state.terminals.filter(({workspaceId}) => workspaceId !== workspace.id)
    }

    const worktreeRemoved = workspace !== undefined
    return {success: true, cloudDeleted: false, worktreeRemoved, branchDeleted: false, warnings: [] as string[]}
  }),
})

function launch(
  state: HostState,
  workspace: HostWorkspace,
  {agents = [], command}: {agents?: readonly AgentLaunch[] | undefined; command?: string | undefined},
) {
  const terminals = command ? [{terminalId: state.addTerminal(workspace, {command}).terminalId, label: 'Command'}] : []
  return {workspace: toRow(workspace), terminals, agents: launchAgents(state, workspace, agents)}
}

function asBranch(name: string | undefined): string {
  const ascii = name?.toLowerCase().replaceAll(/[^\da-z]+/g, '-')
  return ascii?.replaceAll(/^-|-$/g, '') || `brisk-${randomBytes(3).toString('hex')}`
}

function toRow({worktreePath: _p, worktreeExists: _e, archivedAt: _a, archiveReason: _r, ...row}: HostWorkspace) {
  return {...row}
}

function toListed(state: HostState, workspace: HostWorkspace) {
  const project = state.projects.find(({id}) => id === workspace.projectId)
  return {...workspace, projectName: project?.name ?? null}
}
