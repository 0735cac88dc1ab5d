import {Config} from '@oclif/core'
import assert from 'node:assert/strict'
import {handOver, type Identity, outputMode, type Session} from '@superset/identity'
import type {Sandbox} from '@superset/sandbox'
import {closeSync, globSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import type {SupersetCommand} from '../../src/cli/command.ts'
import {toProblem} from '../../src/cli/errors.ts'
import {explainUsage} from '../../src/cli/explain-usage.ts'
import {problemJson, problemText} from '../../src/output/problem.ts'

const COMMANDS = path.resolve(import.meta.dirname, '../../src/commands')
/** Ids of all commands of the CLI itself, as their files are called. */
const IDS = globSync('**/*.ts', {cwd: COMMANDS}).map((file) => file.replace(/\.ts$/, '').replaceAll(path.sep, ' '))
/** Short for a topic. */
const TOPICS: Readonly<Record<string, string>> = {
  auto: 'automations',
  org: 'organization',
  t: 'tasks',
  term: 'terminals',
  ws: 'workspaces',
}

interface Runnable {
  run(argv: string[], config: Config): Promise<unknown>
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
  /** Columns of the terminal that standard output is. */
  readonly columns?: number
  /** Why there is no session. */
  readonly refusal?: Error
}

export interface SettingsHere {
  /** Where host services leave their manifests; a folder that is not there, unless given. */
  readonly homeDir?: string
  /** In the place of the sandbox, for what stands in front of it. */
  readonly apiUrl?: string
  /** Access token of the session, in the place of the admin's API key. */
  readonly token?: string
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
  readonly #settings: SettingsHere

  private constructor(sandbox: Sandbox, config: Config, settings: SettingsHere) {
    this.#sandbox = sandbox
    this.#config = config
    this.#settings = settings
  }

  static async create(sandbox: Sandbox, settings: SettingsHere = {}): Promise<CommandsHere> {
    const config = await Config.load({root: path.resolve(import.meta.dirname, '../..')})
    return new CommandsHere(sandbox, config, settings)
  }

  /**
   * The team is chosen, unless the session says otherwise. What is missing on the line is asked for, as by the init hook.
   * @param input what comes from standard input; `answer` comes from a person at a terminal
   */
  async run(line: readonly string[], session: Partial<Session> = {}, input: Input = {}): Promise<RunHere> {
    const [class_, argv] = await commandOf(line)
    const sent: Sent[] = []
    const isAttended = input.answer !== undefined
    handOver(this.#config, this.#identity({...this.#session(sent), ...session}, isAttended, input.refusal))
    const exitBefore = process.exitCode
    process.exitCode = undefined
    const written = capture(input)
    try {
      await class_.checkLine(argv, this.#config, isAttended)
      await (class_ as unknown as Runnable).run(argv, this.#config)
    } catch (error) {
      const problem = explainUsage(toProblem(error), class_, 'superset')
      process.exitCode = problem.exit
      if (outputMode(argv, false) === 'json') process.stdout.write(problemJson(problem))
      else process.stderr.write(problemText(problem, process.stderr))
    }

    written.end()
    const exit = Number(process.exitCode ?? 0)
    process.exitCode = exitBefore
    const stdout = input.columns === undefined ? written.stdout : stripVTControlCharacters(written.stdout)
    return {exit, stdout, stderr: written.stderr, sent}
  }

  #session(sent: Sent[]): Session {
    const {apiKey, organizations} = this.#sandbox
    const {apiUrl: url = this.#sandbox.url, token} = this.#settings
    return {
      issuer: url,
      apiUrl: url,
      profile: 'default',
      scheme: token === undefined ? 'api-key' : 'bearer',
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
        if (token === undefined) headers.set('x-api-key', apiKey)
        else headers.set('authorization', `Bearer ${token}`)
        return fetch(new URL(input, url), {...init, headers})
      },
      token: async () => token ?? apiKey,
      selectOrganization: async (id) => void this.selected.push(id),
    }
  }

  #identity(session: Session, interactive: boolean, refusal?: Error): Identity {
    const {homeDir = path.join(tmpdir(), 'no-such-home')} = this.#settings
    const webUrl = {value: 'https://app.example.test', source: 'default'}
    const request = {bin: 'superset', profile: 'default', homeDir, interactive, webUrl}
    const identity = {
      request,
      profile: {value: 'default', source: 'default'},
      profiles: () => Promise.resolve(['default']),
      session: () => (refusal ? Promise.reject(refusal) : Promise.resolve(session)),
    }
    return identity as unknown as Identity
  }
}

/** By its id or short for it, as on a command line. */
async function commandOf([topic = '', ...rest]: readonly string[]): Promise<[typeof SupersetCommand, string[]]> {
  const line = [TOPICS[topic] ?? topic, ...rest]
  // The longest id that the line begins with.
  const id = IDS.filter((one) => one.split(' ').every((word, index) => line[index] === word)).toSorted(
    (one, other) => other.length - one.length,
  )[0]
  if (id === undefined) throw new Error(`not a command: ${line.join(' ')}`)
  const words = id.split(' ')
  const {default: class_} = (await import(path.join(COMMANDS, `${words.join('/')}.ts`))) as {
    default: typeof SupersetCommand
  }
  // As oclif does when it loads a command.
  class_.id = words.join(':')
  return [class_, line.slice(words.length)]
}

/** What is written, and what is read. */
function capture({answer, columns, piped}: Input) {
  const {stderr, stdin, stdout} = process
  const fd = readable(piped ?? '')
  const before = [stdout.write, stderr.write, stderr.isTTY, stdout.isTTY, stdout.columns] as const
  const written = {
    stdout: '',
    stderr: '',
    end() {
      ;[stdout.write, stderr.write, stderr.isTTY, stdout.isTTY, stdout.columns] = before
      Object.defineProperty(process, 'stdin', {value: stdin, configurable: true})
      closeSync(fd)
    },
  }
  const into = (name: 'stderr' | 'stdout') =>
    ((text: string, done?: () => void) => {
      written[name] += text
      done?.()
      return true
    }) as typeof stdout.write
  stdout.write = into('stdout')
  stderr.write = into('stderr')
  const input = Readable.from([Buffer.from(answer ?? piped ?? '')])
  const terminal = answer === undefined ? {} : {isTTY: true, setRawMode: () => undefined}
  stderr.isTTY = answer !== undefined
  stdout.isTTY = columns !== undefined
  stdout.columns = columns ?? 0
  stdout.rows = 1_000_000
  Object.defineProperty(process, 'stdin', {value: Object.assign(input, {fd}, terminal), configurable: true})

  return written
}

/** A descriptor for what reads standard input by its number. */
function readable(text: string): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'piped-'))
  const file = path.join(folder, 'text')
  writeFileSync(file, text)
  const fd = openSync(file, 'r')
  rmSync(folder, {recursive: true})
  return fd
}

/** @returns what it printed */
export function succeeded({exit, stderr, stdout}: RunHere): string {
  assert.deepEqual([exit, stderr], [0, ''], stdout)
  return stdout
}

/** For a list that finds nothing: standard output stays empty. */
export function foundNothing({exit, stderr, stdout}: RunHere, message: string): void {
  assert.deepEqual([exit, stdout, stderr], [0, '', `${message}\n`])
}

/** For a mistake on the command line: nothing was sent. */
export function refused({exit, sent, stderr, stdout}: RunHere, message: RegExp): void {
  assert.deepEqual([exit, stdout, sent], [2, '', []])
  assert.match(stderr, message)
}
