import {readdirSync, readFileSync} from 'node:fs'
import type {Place} from './leak-search.ts'

const EVERY_MS = 5

interface Seen {
  readonly pid: number
  readonly argv: Buffer
  readonly environment: Buffer
}

/** @returns why processes cannot be watched here, or `undefined` when they can */
export function watchingMissing(): string | undefined {
  return process.platform === 'linux' ? undefined : 'other processes can be read in /proc of Linux only'
}

/**
 * Looks at the arguments and the environment of every process that is started with this home, as any program of the
 * same user can, from now until it is disposed of.
 */
export class ProcessWatch implements Disposable {
  readonly #home: Buffer
  readonly #old = new Set(pids())
  readonly #seen = new Map<string, Seen>()
  readonly #timer: NodeJS.Timeout

  constructor(home: string) {
    this.#home = Buffer.from(`HOME=${home}\0`)
    this.#timer = setInterval(() => this.look(), EVERY_MS)
  }

  /** Now, not only when the timer says so. */
  look(): void {
    for (const pid of pids()) {
      if (this.#old.has(pid)) continue
      const argv = read(pid, 'cmdline')
      const environment = read(pid, 'environ')
      // A process that is about to become another program still bears the arguments of its parent: look again.
      if (!argv?.length || !environment?.includes(this.#home)) continue
      this.#seen.set(`${pid} ${argv.toString('latin1')}`, {pid, argv, environment})
    }
  }

  /** The processes with this in their arguments; each program that one of them became counts. */
  processes(part = ''): readonly Seen[] {
    return [...this.#seen.values()].filter(({argv}) => argv.includes(part))
  }

  argv(): Place[] {
    return this.processes().map(({argv}) => ({name: `the arguments of ${programOf(argv)}`, bytes: argv}))
  }

  /**
   * What a command passed on: the processes that are not started by hand, but by those. What the person exported is in
   * the environment of what they start themselves, and for an instant in that of its copy: a process has its parent's
   * arguments and environment between fork and exec.
   */
  descendants(startedByHand: ReadonlySet<number>): readonly Seen[] {
    const commands = this.processes().filter(({pid}) => startedByHand.has(pid))
    return this.processes().filter(
      ({argv, pid}) => !startedByHand.has(pid) && !commands.some((command) => command.argv.equals(argv)),
    )
  }

  environments(startedByHand: ReadonlySet<number>): Place[] {
    return this.descendants(startedByHand).map(({argv, environment}) => ({
      name: `the environment of ${programOf(argv)}`,
      bytes: environment,
    }))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** Nothing when the process has ended, or belongs to somebody else. */
function read(pid: number, name: 'cmdline' | 'environ'): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`)
  } catch (error) {
    if (['EACCES', 'ENOENT', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function programOf(argv: Buffer): string {
  const words = argv.toString().split('\0')
  return words.slice(0, 2).join(' ')
}
