import {Config} from '@oclif/core'
import assert from 'node:assert/strict'
import {handOver, type Identity, outputMode, type Session} from '@superset/identity'
import type {Sandbox} from '@superset/sandbox'
import path from 'node:path'
import {Readable} from 'node:stream'
import OrganizationList from '../../src/commands/organization/list.ts'
import OrganizationMembersList from '../../src/commands/organization/members/list.ts'
import OrganizationSwitch from '../../src/commands/organization/switch.ts'
import TasksCreate from '../../src/commands/tasks/create.ts'
import TasksDelete from '../../src/commands/tasks/delete.ts'
import TasksGet from '../../src/commands/tasks/get.ts'
import TasksList from '../../src/commands/tasks/list.ts'
import TasksStatusesList from '../../src/commands/tasks/statuses/list.ts'
import TasksUpdate from '../../src/commands/tasks/update.ts'
import {toProblem} from '../../src/cli/errors.ts'
import {problemJson, problemText} from '../../src/output/problem.ts'

const COMMANDS = {
  'organization list': OrganizationList,
  'organization members list': OrganizationMembersList,
  'organization switch': OrganizationSwitch,
  'tasks create': TasksCreate,
  'tasks delete': TasksDelete,
  'tasks get': TasksGet,
  'tasks list': TasksList,
  'tasks statuses list': TasksStatusesList,
  'tasks update': TasksUpdate,
}

/** One request, as it left the client. */
export interface Sent {
  readonly procedure: string
  readonly input: unknown
  /** Id in the header. */
  readonly organization: string | null
}

export interface Input {
  readonly answer?: string
  readonly piped?: string
}

export interface RunHere {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly sent: readonly Sent[]
}

/**
 * The service's commands in this process, from their sources, against a sandbox, with the API key of its admin, in the
 * place of what the init hook finds out. Signing in, the policy and the processes have tests of their own.
 */
export class CommandsHere {
  /** Ids that `organization switch` remembered. */
  readonly selected: string[] = []
  readonly #sandbox: Sandbox
  readonly #config: Config

  private constructor(sandbox: Sandbox, config: Config) {
    this.#sandbox = sandbox
    this.#config = config
  }

  static async create(sandbox: Sandbox): Promise<CommandsHere> {
    return new CommandsHere(sandbox, await Config.load({root: path.resolve(import.meta.dirname, '../..')}))
  }

  /**
   * The team is chosen, unless the session says otherwise.
   * @param input what comes from standard input; `answer` comes from a person at a terminal
   */
  async run(line: readonly string[], session: Partial<Session> = {}, input: Input = {}): Promise<RunHere> {
    const [class_, argv] = commandOf(line)
    const sent: Sent[] = []
    handOver(this.#config, this.#identity({...this.#session(sent), ...session}, input.answer !== undefined))
    const exitBefore = process.exitCode
    process.exitCode = undefined
    const written = capture(input)
    try {
      await (class_ as typeof TasksList).run(argv, this.#config)
    } catch (error) {
      const problem = toProblem(error)
      process.exitCode = problem.exit
      if (outputMode(argv, false) === 'json') process.stdout.write(problemJson(problem))
      else process.stderr.write(problemText(problem, process.stderr))
    }

    written.end()
    const exit = Number(process.exitCode ?? 0)
    process.exitCode = exitBefore
    return {exit, stdout: written.stdout, stderr: written.stderr, sent}
  }

  #session(sent: Sent[]): Session {
    const {apiKey, organizations, url} = this.#sandbox
    return {
      issuer: url,
      apiUrl: url,
      profile: 'default',
      scheme: 'api-key',
      source: 'stored',
      organization: {value: organizations.team.id, source: 'stored'},
      fetch(input, init) {
        const headers = new Headers(init?.headers)
        const {pathname, searchParams} = new URL(input, url)
        const text = init?.body ? String(init.body) : searchParams.get('input')
        sent.push({
          procedure: pathname.replace('/api/trpc/', ''),
          input: text ? (JSON.parse(text) as {json: unknown}).json : undefined,
          organization: headers.get('x-superset-organization-id'),
        })
        headers.set('x-api-key', apiKey)
        return fetch(new URL(input, url), {...init, headers})
      },
      token: async () => apiKey,
      selectOrganization: async (id) => void this.selected.push(id),
    }
  }

  #identity(session: Session, interactive: boolean): Identity {
    const identity = {request: {bin: 'superset', profile: 'default', interactive}, session: async () => session}
    return identity as Partial<Identity> as Identity
  }
}

/** By its id or one of its aliases, as on a command line. */
function commandOf(line: readonly string[]): [(typeof COMMANDS)[keyof typeof COMMANDS], string[]] {
  for (const [id, class_] of Object.entries(COMMANDS)) {
    for (const name of [id, ...class_.aliases.map((alias) => alias.replaceAll(':', ' '))]) {
      const words = name.split(' ')
      if (words.every((word, index) => line[index] === word)) return [class_, line.slice(words.length)]
    }
  }

  throw new Error(`not a command of the service: ${line.join(' ')}`)
}

/** What is written, and what is read. */
function capture({answer, piped}: Input) {
  const {stderr, stdin, stdout} = process
  const before = [stdout.write, stderr.write, stderr.isTTY] as const
  const written = {
    stdout: '',
    stderr: '',
    end() {
      ;[stdout.write, stderr.write, stderr.isTTY] = before
      Object.defineProperty(process, 'stdin', {value: stdin, configurable: true})
    },
  }
  const into = (name: 'stderr' | 'stdout') =>
    ((text: string) => {
      written[name] += text
      return true
    }) as typeof stdout.write
  stdout.write = into('stdout')
  stderr.write = into('stderr')
  const input = Readable.from([Buffer.from(answer ?? piped ?? '')])
  const terminal = answer === undefined ? {} : {isTTY: true, setRawMode: () => undefined}
  stderr.isTTY = answer !== undefined
  Object.defineProperty(process, 'stdin', {value: Object.assign(input, {fd: 0}, terminal), configurable: true})

  return written
}

/** @returns what it printed */
export function succeeded({exit, stderr, stdout}: RunHere): string {
  assert.deepEqual([exit, stderr], [0, ''], stdout)
  return stdout
}

/** For a mistake on the command line: nothing was sent. */
export function refused({exit, sent, stderr, stdout}: RunHere, message: RegExp): void {
  assert.deepEqual([exit, stdout, sent], [2, '', []])
  assert.match(stderr, message)
}
