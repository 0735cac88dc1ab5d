import {EXIT, Problem} from '@superset/identity'
import {boolean, type InferOutput, nullish} from 'valibot'
import {maybeText, read, readList, row, text} from './answer.ts'
import {isUuid, type Kind, match, pick, resolveId} from './names.ts'
import {createOrFind} from './targets/late-create.ts'
import type {Target} from './targets/target.ts'
import {listWorkspaces} from './workspaces.ts'

/** A project as its host sends it. */
export const Project = row({
  id: text,
  name: text,
  repoPath: maybeText,
  repoOwner: maybeText,
  repoName: maybeText,
  repoUrl: maybeText,
})
export type Project = InferOutput<typeof Project>

export const ListedProject = row({id: text, name: text, repo: maybeText, path: maybeText})
export type ListedProject = InferOutput<typeof ListedProject>

export const CreatedProject = row({
  projectId: text,
  repoPath: text,
  mainWorkspaceId: maybeText,
  created: nullish(boolean()),
})
export type CreatedProject = InferOutput<typeof CreatedProject>

export const SetUpProject = row({repoPath: text, mainWorkspaceId: maybeText})
export type SetUpProject = InferOutput<typeof SetUpProject>

/** Where the files of a new project come from. Paths are those of the host. */
export type ProjectSource =
  | {readonly kind: 'clone'; readonly url: string; readonly parentDir: string}
  | {readonly kind: 'importLocal'; readonly repoPath: string}

/** Where the files of a project that a host does not have yet are to be. */
type SetupMode =
  | {readonly kind: 'clone'; readonly parentDir: string}
  | {readonly kind: 'import'; readonly repoPath: string; readonly allowRelocate: boolean}

export interface Setup {
  readonly mode: SetupMode
  /** What the host cannot know of a project that it has never seen. */
  readonly repoUrl?: string | undefined
  readonly name?: string | undefined
}

function kindOn({flag}: Pick<Target, 'flag'>): Kind<Project> {
  return {
    noun: 'project',
    unknownCode: 'PROJECT_NOT_FOUND',
    list: `superset projects list${flag}`,
    isId: isUuid,
    idOf: ({id}) => id,
    namesOf: ({name}) => [name],
  }
}

async function projectsOn(target: Target): Promise<Project[]> {
  return readList(Project, await target.query('project.list'), 'project.list')
}

/** In the order of their names. */
export async function listProjects(target: Target): Promise<ListedProject[]> {
  const rows = await projectsOn(target)
  return rows
    .map(({id, name, repoName, repoOwner, repoPath, repoUrl}) => ({
      name,
      repo: repoOwner && repoName ? `${repoOwner}/${repoName}` : repoUrl || null,
      path: repoPath ?? null,
      id,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/** @throws Problem PROJECT_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function projectId(target: Target, nameOrId: string): Promise<string> {
  return resolveId(nameOrId, kindOn(target), () => projectsOn(target))
}

/** Looked up whatever it looks like. @throws Problem PROJECT_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export async function findProject(target: Target, nameOrId: string): Promise<Project> {
  return pick(nameOrId, await projectsOn(target), kindOn(target))
}

export async function createProject(target: Target, name: string, source: ProjectSource): Promise<CreatedProject> {
  const created = await createOrFind(
    () => target.mutate('project.create', {name, mode: source}, `superset projects list${target.flag}`),
    async () => {
      const found = await foundOn(target, (project) => project.name === name && isAt(source, project))
      return found && {projectId: found.project.id, ...found.state, created: true}
    },
  )
  return read(CreatedProject, created, 'project.create')
}

/** What a host has of a project whose making was not answered. */
async function foundOn(target: Target, isIt: (project: Project) => boolean) {
  const project = (await projectsOn(target)).find(isIt)
  if (!project) return undefined
  const main = (await listWorkspaces(target)).find(({projectId, type}) => projectId === project.id && type === 'main')
  return {project, state: {repoPath: project.repoPath, mainWorkspaceId: main?.id ?? null}}
}

/** In the folder that was named, or in one of it. */
function isAt(where: ProjectSource | SetupMode, {repoPath}: Project): boolean {
  if (where.kind !== 'clone') return repoPath === where.repoPath
  return repoPath?.startsWith(`${where.parentDir.replace(/\/$/, '')}/`) === true
}

/**
 * Gives a host the files of a project that another one has, or that it has lost.
 * @param elsewhere a host that may know the project where the target does not
 * @throws Problem PROJECT_NOT_FOUND (1), NAME_AMBIGUOUS (2)
 */
export async function setUpProject(
  target: Target,
  nameOrId: string,
  {mode, name, repoUrl}: Setup,
  elsewhere: () => Promise<Target | undefined>,
): Promise<SetUpProject> {
  const known =
    repoUrl === undefined && name === undefined
      ? await whatIsKnown(target, nameOrId, elsewhere)
      : {id: await projectId(target, nameOrId), origin: {repoCloneUrl: repoUrl ?? null, name}}
  const input = {projectId: known.id, origin: known.origin, mode}
  const answer = await createOrFind(
    () => target.mutate('project.setup', input, `superset projects list${target.flag}`),
    async () => (await foundOn(target, (project) => project.id === known.id && isAt(mode, project)))?.state,
  )
  return read(SetUpProject, answer, 'project.setup')
}

interface Known {
  readonly id: string
  readonly origin?: {readonly repoCloneUrl: string | null; readonly name?: string | undefined}
}

async function whatIsKnown(
  target: Target,
  nameOrId: string,
  elsewhere: () => Promise<Target | undefined>,
): Promise<Known> {
  const there = match(nameOrId, await projectsOn(target), kindOn(target))
  if (there) return {id: there.id}
  const other = await elsewhere()
  const found = other && match(nameOrId, await projectsOn(other), kindOn(other))
  if (found) return {id: found.id, origin: {repoCloneUrl: found.repoUrl ?? null, name: found.name}}
  throw new Problem({
    code: 'PROJECT_NOT_FOUND',
    message: `${other ? `Neither ${target.name} nor ${other.name} has` : `There is no`} project ${JSON.stringify(nameOrId)}${other ? '' : ` on ${target.name}`}.`,
    exit: EXIT.failed,
    suggestions: [
      `Run \`superset projects list${target.flag}\` to see what there is.`,
      'Or say what it is: its id, with --repo-url <url> and --name <name>.',
    ],
  })
}
