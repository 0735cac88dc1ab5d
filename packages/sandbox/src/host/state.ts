import {randomUUID} from 'node:crypto'
import {agentPresets, type HostAgent} from './agent-presets.ts'

export interface HostProject {
  readonly id: string
  name: string
  repoPath: string
  readonly repoOwner: string | null
  readonly repoName: string | null
  readonly repoUrl: string | null
  readonly worktreeBaseDir: string | null
  readonly icon: string | null
  readonly color: string | null
  /** Milliseconds since 1970, as the other time. */
  readonly createdAt: number
  updatedAt: number
}

export interface HostWorkspace {
  readonly id: string
  readonly organizationId: string
  readonly projectId: string | null
  readonly hostId: string
  name: string
  branch: string | null
  readonly type: 'main' | 'session' | 'worktree'
  readonly createdByUserId: string | null
  taskId: string | null
  readonly createdAt: Date
  updatedAt: Date
  readonly worktreePath: string
  worktreeExists: boolean
  archivedAt: Date | null
  archiveReason: string | null
}

export interface HostTerminal {
  readonly terminalId: string
  readonly workspaceId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  exited: boolean
  exitCode: number
  attached: boolean
  title: string | null
  readonly cwd: string
  readonly cols: number
  readonly rows: number
  /** What it shows, lines separated by newlines. */
  text: string
}

export interface HostAttachment {
  readonly attachmentId: string
  readonly originalFilename: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly bytes: Buffer
}

/** What a host has, in memory. Tests may put in what they need and read what commands did. */
export class HostState {
  projects: HostProject[] = []
  workspaces: HostWorkspace[] = []
  terminals: HostTerminal[] = []
  agents: HostAgent[] = agentPresets()
  attachments: HostAttachment[] = []

  readonly #owner: {readonly hostId: string; readonly organizationId: string}

  constructor(hostId: string, organizationId: string) {
    this.#owner = {hostId, organizationId}
  }

  /** Adds a project with its main workspace, as the host does when one is created or set up. */
  addProject({id = randomUUID(), name, repoPath}: {id?: string; name: string; repoPath: string}) {
    const now = Date.now()
    const unknown = {repoOwner: null, repoName: null, repoUrl: null, worktreeBaseDir: null, icon: null, color: null}
    const project: HostProject = {id, name, repoPath, ...unknown, createdAt: now, updatedAt: now}
    this.projects.push(project)
    const main = this.addWorkspace({projectId: id, name: 'main', branch: 'main', type: 'main', worktreePath: repoPath})
    return {project, main}
  }

  addWorkspace(
    workspace: Pick<HostWorkspace, 'branch' | 'name' | 'projectId' | 'type' | 'worktreePath'> &
      Partial<Pick<HostWorkspace, 'id' | 'taskId'>>,
  ): HostWorkspace {
    const now = new Date()
    const row: HostWorkspace = {
      ...{id: randomUUID(), ...this.#owner, createdByUserId: null},
      ...{taskId: null, createdAt: now, updatedAt: now, worktreeExists: true, archivedAt: null, archiveReason: null},
      ...workspace,
    }
    this.workspaces.push(row)
    return row
  }

  /** Opens a terminal with a prompt; a command is run in it at once. */
  addTerminal(
    workspace: HostWorkspace,
    {terminalId = randomUUID(), command = '', cwd = ''}: {terminalId?: string; command?: string; cwd?: string} = {},
  ): HostTerminal {
    const terminal: HostTerminal = {
      ...{terminalId, workspaceId: workspace.id, createdAt: Date.now(), exited: false, exitCode: 0, attached: false},
      ...{title: null, cwd: cwd || workspace.worktreePath, cols: 120, rows: 32, text: PROMPT},
    }
    this.terminals.push(terminal)
    if (command) typeInto(terminal, command, true)
    return terminal
  }

  /** A workspace that is still there. */
  liveWorkspace(id: string): HostWorkspace | undefined {
    return this.workspaces.find((workspace) => workspace.id === id && !workspace.archivedAt)
  }
}

const PROMPT = '❯ '

/** As much of a shell as tests need: what is typed appears, and `echo` says its words. */
export function typeInto(terminal: HostTerminal, text: string, submit: boolean): void {
  terminal.text += text
  if (!submit) return
  const line = terminal.text.split('\n').at(-1)?.slice(PROMPT.length) ?? ''
  const said = /^echo (.*)$/.exec(line)?.[1]
  terminal.text += said === undefined ? `\n${PROMPT}` : `\n${said}\n${PROMPT}`
}
