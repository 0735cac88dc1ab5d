import {TRPCError} from '@trpc/server'
import {statSync} from 'node:fs'
import path from 'node:path'
import {z} from 'zod'
import {notFound, protectedProcedure, router} from './procedures.ts'
import {type HostState} from './state.ts'

const directory = z.string().min(1)
const createMode = z.discriminatedUnion('kind', [
  z.object({kind: z.literal('empty'), parentDir: directory}),
  z.object({kind: z.literal('clone'), parentDir: directory, url: z.string().min(1)}),
  z.object({kind: z.literal('template'), parentDir: directory, url: z.string().min(1)}),
  z.object({kind: z.literal('importLocal'), repoPath: directory, initIfNeeded: z.boolean().optional()}),
])
const setupMode = z.discriminatedUnion('kind', [
  z.object({kind: z.literal('clone'), parentDir: directory}),
  z.object({kind: z.literal('import'), repoPath: directory, allowRelocate: z.boolean().default(false)}),
])
const origin = z.object({repoCloneUrl: z.string().nullish(), name: z.string().min(1).optional()})

export const projects = router({
  list: protectedProcedure.query(({ctx}) => ctx.state.projects),
  create: protectedProcedure
    .input(z.object({name: z.string().min(1), mode: createMode}))
    .mutation(({ctx: {state, checkPaths}, input: {name, mode}}) => {
      if (mode.kind === 'importLocal') {
        if (checkPaths) demandDirectory(mode.repoPath, 'Path')
        const known = state.projects.find(({repoPath}) => repoPath === mode.repoPath)
        if (known) return {...setUp(state, known.id), projectId: known.id, created: false}
      }

      const repoPath = mode.kind === 'importLocal' ? mode.repoPath : targetOf(mode, name)
      const {project, main} = state.addProject({name, repoPath})
      return {projectId: project.id, repoPath, mainWorkspaceId: main.id, created: true}
    }),
  setup: protectedProcedure
    .input(z.object({projectId: z.uuid(), origin: origin.optional(), mode: setupMode}))
    .mutation(({ctx: {state, checkPaths}, input}) => {
      const {projectId, mode} = input
      const known = state.projects.find(({id}) => id === projectId)
      if (mode.kind === 'import' && checkPaths) demandDirectory(mode.repoPath, 'Path')
      if (known) {
        const kept = path.posix.basename(known.repoPath)
        const wanted = mode.kind === 'import' ? mode.repoPath : path.posix.join(mode.parentDir, kept)
        if (wanted !== known.repoPath && !(mode.kind === 'import' && mode.allowRelocate)) {
          const message = `Project is already set up on this device at ${known.repoPath}. Remove it first to re-import at a different location.`
          throw new TRPCError({code: 'CONFLICT', message})
        }

        known.repoPath = wanted
        return setUp(state, projectId)
      }

      if (!input.origin) throw notFound(`Project ${projectId} is not set up on this host. ${NEEDED[mode.kind]}`)
      const url = input.origin.repoCloneUrl
      if (mode.kind === 'clone' && !url) {
        throw new TRPCError({code: 'BAD_REQUEST', message: 'Project has no linked GitHub repository — cannot clone'})
      }

      const repoPath = mode.kind === 'import' ? mode.repoPath : targetOf({...mode, url: url ?? ''}, 'project')
      state.addProject({id: projectId, name: input.origin.name ?? path.posix.basename(repoPath), repoPath})
      return setUp(state, projectId)
    }),
})

const NEEDED = {clone: 'Pass origin.repoCloneUrl to clone it.', import: 'Pass origin to import it.'} as const

function setUp(state: HostState, projectId: string) {
  const main = state.workspaces.find((workspace) => workspace.projectId === projectId && workspace.type === 'main')
  const project = state.projects.find(({id}) => id === projectId)
  return {repoPath: project?.repoPath ?? '', mainWorkspaceId: main?.id ?? null}
}

/** Where a clone ends up: below the folder, under the repository's name. */
function targetOf(mode: {kind: string; parentDir: string; url?: string}, name: string): string {
  const repository = mode.url === undefined ? name : path.posix.basename(mode.url).replace(/\.git$/, '')
  return path.posix.join(mode.parentDir, repository || name)
}

function demandDirectory(location: string, label: string): void {
  const found = statSync(location, {throwIfNoEntry: false})
  if (found?.isDirectory()) return
  const message = found ? `${label} is not a directory: ${location}` : `${label} does not exist: ${location}`
  throw new TRPCError({code: 'BAD_REQUEST', message})
}
