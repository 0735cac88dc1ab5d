import type {Host, Sandbox} from '@superset/sandbox'
import {HostsHere} from './hosts-here.ts'

/** How each command of the service is called, for what holds for all of them. `$…` is something of the stage. */
export interface CommandCase {
  /** Words after the command that make it succeed. */
  readonly works: string
  /** Words that name what there is not: a task, a host, a workspace. Absent where nothing is named. */
  readonly names?: string
  /** For a list: words that find nothing, or the procedure whose answer is made empty. */
  readonly empty?: string
  /** A service that fails is what it tells of. */
  readonly tellsOfFaults?: boolean
}

const NOBODY = '00000000-0000-4000-8000-000000000001'
const IN = '--workspace $workspace'

/** Each command that needs a session, by its words. */
export const EVERY_COMMAND: Readonly<Record<string, CommandCase>> = {
  'agents create': {works: `${IN} --agent claude --prompt Go`, names: '--workspace nope --agent claude --prompt Go'},
  'agents list': {works: '--local', names: '--host nope', empty: '--host empty'},
  api: {works: 'task.statuses.list'},
  'automations create': {
    works: '--name Nightly --prompt Go --rrule FREQ=DAILY --timezone UTC',
    names: '--name x --prompt Go --rrule FREQ=DAILY --host nope',
  },
  'automations delete': {works: '$automation --yes', names: `${NOBODY} --yes`},
  'automations get': {works: '$automation', names: NOBODY},
  'automations list': {works: '', empty: '--name nope'},
  'automations logs': {works: '$automation', names: NOBODY},
  'automations pause': {works: '$automation', names: NOBODY},
  'automations prompt get': {works: '$automation', names: NOBODY},
  'automations prompt set': {works: '$automation --from-file $file', names: `${NOBODY} --from-file $file`},
  'automations resume': {works: '$automation', names: NOBODY},
  'automations run': {works: '$automation', names: NOBODY},
  'automations update': {works: '$automation --name Renamed', names: `${NOBODY} --name x`},
  'feedback submit': {works: '--type bug --title Broken --body Really'},
  'hosts list': {works: ''},
  'hosts set-wake': {works: 'Laptop true', names: 'nope true'},
  'hosts wake': {works: 'Laptop --yes', names: 'nope --yes'},
  'organization list': {works: ''},
  'organization members list': {works: '', empty: '--search nope'},
  'organization switch': {works: 'acme', names: 'nope'},
  'projects create': {
    works: '--local --name new --import /code/new',
    names: '--host nope --name new --import /code/new',
  },
  'projects list': {works: '', names: '--host nope', empty: '--host empty'},
  'projects setup': {works: '$project --local --import /code/demo', names: `${NOBODY} --local --import /code/demo`},
  status: {works: '', tellsOfFaults: true},
  'tasks create': {works: '--title New', names: '--title New --status nope'},
  'tasks delete': {works: '$task --yes', names: 'nope --yes'},
  'tasks get': {works: '$task', names: 'nope'},
  'tasks list': {works: '', names: '--status nope', empty: '--search nope'},
  'tasks statuses list': {works: ''},
  'tasks update': {works: '$task --title Renamed', names: 'nope --title x'},
  'terminals close': {works: `${IN} --terminal $terminal`, names: '--workspace nope --terminal $terminal'},
  'terminals create': {works: IN, names: '--workspace nope'},
  'terminals list': {works: IN, names: '--workspace nope', empty: '--workspace $bare'},
  'terminals read': {works: `${IN} --terminal $terminal`, names: `${IN} --terminal nope`},
  'terminals send': {
    works: `${IN} --terminal $terminal --text ls`,
    names: '--workspace nope --terminal $terminal --text ls',
  },
  'workspaces create': {
    works: '--local --project demo --name new --branch new',
    names: '--local --project nope --name new --branch new',
  },
  'workspaces delete': {works: '$bare --local --yes', names: 'nope --local --yes'},
  'workspaces get': {works: '$workspace', names: 'nope'},
  'workspaces list': {works: '', names: '--host nope', empty: '--search nope'},
  'workspaces open': {works: '$workspace --print', names: 'nope --print'},
  'workspaces update': {works: '$bare --name Renamed', names: 'nope --name x'},
}

/** The words of a case, on a stage of its own kind of things: each call finds them as new. */
export async function lineOf(command: string, words: string, stage: HostsHere, file: string): Promise<string[]> {
  const line = command.split(' ')
  for (const word of words.split(' ').filter((one) => one !== '')) line.push(await resolve(word, stage, file))
  return line
}

async function resolve(word: string, stage: HostsHere, file: string): Promise<string> {
  const {host} = stage
  switch (word) {
    case '$automation': {
      const line = ['automations', 'create', '--name', 'Each night', '--prompt', 'Go', '--rrule', 'FREQ=DAILY']
      return (await stage.json<{id: string}>(...line, '--timezone', 'UTC')).id
    }

    case '$task': {
      return (await stage.json<{slug: string}>('tasks', 'create', '--title', 'One of many')).slug
    }

    case '$project': {
      return project(host).id
    }

    case '$workspace': {
      return mainOf(host)
    }

    case '$terminal': {
      return host.state.addTerminal(mainWorkspace(host), {command: 'ls'}).terminalId
    }

    case '$bare': {
      const branch = `branch-${host.state.workspaces.length}`
      const line = [
        'workspaces',
        'create',
        '--local',
        '--project',
        project(host).id,
        '--name',
        branch,
        '--branch',
        branch,
      ]
      return (await stage.json<{workspace: {id: string}}>(...line)).workspace.id
    }

    case '$file': {
      return file
    }

    default: {
      return word
    }
  }
}

function project(host: Host): Host['state']['projects'][number] {
  const found = host.state.projects.find(({name}) => name === 'demo')
  if (!found) throw new Error('the stage has no project')
  return found
}

function mainWorkspace(host: Host): Host['state']['workspaces'][number] {
  const found = host.state.workspaces.find(({projectId}) => projectId === project(host).id)
  if (!found) throw new Error('the stage has no workspace')
  return found
}

function mainOf(host: Host): string {
  return mainWorkspace(host).id
}

/** With a project on this machine, a wake command, and a host on which there is nothing. */
export async function createStage(): Promise<HostsHere> {
  const stage = await HostsHere.create()
  stage.host.state.addProject({name: 'demo', repoPath: '/code/demo'})
  const empty = await stage.sandbox.startHost({name: 'empty'})
  empty.state.agents.length = 0
  await stage.json('hosts', 'set-wake', 'Laptop', 'true')
  return stage
}

/** So that a fault meets whoever is asked first. */
export function failAll(sandbox: Sandbox, answer: {status: number; body?: unknown} | undefined): void {
  for (const name of ['api', 'host', 'relay'] as const)
    sandbox.faults[name].use(answer === undefined ? undefined : () => ({answer}))
}
