import {spawn, type ChildProcess} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {setTimeout as sleep} from 'node:timers/promises'
import {startSandbox, type Sandbox} from '@superset/sandbox'

const CLI = path.resolve(import.meta.dirname, '../bin/run.js')
const SCRIPTED_BROWSER = path.resolve(import.meta.dirname, '../packages/sandbox/bin/approve.js')
/** Against hanging, not for speed. */
const DEADLINE_MS = 30_000

/** What commands may know of this machine: their output must not depend on who runs the demo, nor on CI. */
const KEPT = ['LANG', 'LC_ALL', 'PATH', 'PATHEXT', 'SYSTEMROOT', 'COMSPEC', 'TMPDIR', 'TEMP', 'TMP', 'TZ']
/** Kept as well: loopback goes through no proxy, whatever these say. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Both, in the order in which they came. */
  readonly output: string
}

export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
}

/** Where the story happens: a service on loopback, a home of its own, and the commands that are run in it. */
export class Stage {
  readonly sandbox: Sandbox
  readonly home: string
  readonly #env: Record<string, string>
  readonly #running = new Set<ChildProcess>()
  #commands = 0

  private constructor(sandbox: Sandbox, home: string) {
    this.sandbox = sandbox
    this.home = home
    this.#env = {
      ...inherited([...KEPT, ...PROXIES]),
      HOME: home,
      USERPROFILE: home,
      BROWSER: SCRIPTED_BROWSER,
      SUPERSET_API_URL: sandbox.url,
      SUPERSET_WEB_URL: sandbox.url,
      SUPERSET_STORAGE_KEY: randomBytes(32).toString('hex'),
    }
  }

  static async build(): Promise<Stage> {
    const sandbox = await startSandbox()
    return new Stage(sandbox, await mkdtemp(path.join(os.tmpdir(), 'superset-demo-')))
  }

  /** How many commands were started. */
  get commands(): number {
    return this.#commands
  }

  /** @param onOutput gets what the command prints while it prints it */
  start(args: readonly string[], onOutput?: (text: string) => void, deadlineMs = DEADLINE_MS): Running {
    const stdin = onOutput ? 'inherit' : 'ignore'
    const child = spawn(process.execPath, [CLI, ...args], {env: this.#env, stdio: [stdin, 'pipe', 'pipe']})
    this.#commands++
    this.#running.add(child)
    const said = {stdout: '', stderr: '', output: ''}
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        said[name] += text
        said.output += text
        onOutput?.(text)
      })
    }

    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
    const ended = once(child, 'close').then(([code, signal]) => {
      clearTimeout(timer)
      this.#running.delete(child)
      return {...said, code: code as number | null, signal: signal as NodeJS.Signals | null}
    })
    if (child.pid === undefined) throw new Error('a command could not be started')
    return {pid: child.pid, ended}
  }

  /** Ends everything and leaves nothing behind: no process, no file. */
  async clear(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL')
    await this.sandbox.close()
    // A refresh that outlived its command has its answer by now, and may still be saving it.
    for (let attempt = 0; attempt < 3; attempt++) {
      await rm(this.home, {recursive: true, force: true, maxRetries: 5})
      await sleep(100)
      if (!existsSync(this.home)) return
    }
  }
}

function inherited(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}
