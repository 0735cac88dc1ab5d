import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {canReside, runResident} from './resident/residents.ts'

/** The built CLI, as a person would start it. */
export const CLI = path.resolve(import.meta.dirname, '../../bin/run.js')

/** What a test that packed the CLI has others start in its place: its launcher, with its own Node and an empty PATH. */
const {PACKED_SUPERSET} = process.env
const START = PACKED_SUPERSET ? [PACKED_SUPERSET] : [process.execPath, CLI]

export interface Run {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** Stdin stays open, for what the test writes into it later. */
  readonly keepStdin?: boolean
  readonly cwd?: string
  /** Another program in front of it, such as `unshare`. */
  readonly prefix?: readonly string[]
  /** A process group of its own, so that a test can kill it whole. */
  readonly detached?: boolean
}

/** A home of its own, removed by `using`. */
export class Home implements AsyncDisposable {
  readonly path: string
  readonly #isResident: boolean

  private constructor(folder: string, isResident: boolean) {
    this.path = folder
    this.#isResident = isResident
  }

  /** @param parent another disk, for example */
  static async create(parent: string = os.tmpdir()): Promise<Home> {
    return new Home(await mkdtemp(path.join(parent, 'superset-home-')), false)
  }

  /** One for tests of what commands do, not of processes: `run` starts none (see `runResident`), `start` does. */
  static async createResident(): Promise<Home> {
    return new Home(await mkdtemp(path.join(os.tmpdir(), 'superset-home-')), true)
  }

  /** Where superset keeps its files in this home. */
  get superset(): string {
    return path.join(this.path, '.superset')
  }

  start(
    args: readonly string[],
    {env = {}, input, keepStdin, cwd, prefix = [], detached = false}: CliOptions = {},
  ): Started {
    const [program, ...rest] = [...prefix, ...START, ...args]
    const child = spawn(program ?? '', rest, {
      detached,
      ...(cwd !== undefined && {cwd}),
      env: {...process.env, HOME: this.path, ...(PACKED_SUPERSET && prefix.length === 0 && {PATH: ''}), ...env},
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => child.stdin.destroy())
    if (!keepStdin) child.stdin.end(input)
    return new Started(child)
  }

  run(args: readonly string[], options: CliOptions = {}): Promise<Run> {
    return this.#isResident ? this.runResident(args, options) : this.start(args, options).ended
  }

  /** The built CLI, run by a process that stays and runs one command after the other: a fifth of what a start costs. */
  async runResident(args: readonly string[], options: CliOptions = {}): Promise<Run> {
    const {env = {}, cwd = process.cwd(), input, prefix = [], keepStdin, detached} = options
    const all = {...process.env, HOME: this.path, ...env}
    const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const job = {args, cwd, env: Object.fromEntries(set), ...(input !== undefined && {input})}
    if (PACKED_SUPERSET || keepStdin || detached || !canReside(job)) return this.start(args, options).ended
    const {code, stdout, stderr} = await runResident(job, prefix)
    return {code, signal: null, stdout, stderr}
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, {recursive: true, force: true, maxRetries: 5})
  }
}

export class Started {
  readonly child: ChildProcess
  readonly ended: Promise<Run>
  stdout = ''
  stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('it was not started')
    return this.child.pid
  }
}
