import {type ChildProcess, spawn, type StdioOptions} from 'node:child_process'
import path from 'node:path'

/** How a program is to be run. No shell has a part in it. */
export interface ProgramOrder {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** True: it has the terminal's keyboard, and stays in our process group, so that it can have it. */
  readonly attended: boolean
  /** `read`: what it prints is the answer. Otherwise a person sees it, on our stderr, or nobody. */
  readonly stdout: 'ignore' | 'read' | 'show'
  readonly stderr: 'ignore' | 'show'
  readonly deadlineMs: number
  /** Between TERM and KILL; 2 s unless given. */
  readonly graceMs?: number
}

export type ProgramEnd =
  | {readonly kind: 'exited'; readonly code: number; readonly output: string}
  /** By a signal that was not ours. */
  | {readonly kind: 'killed'; readonly signal: NodeJS.Signals}
  | {readonly kind: 'late'}
  | {readonly kind: 'too-much'}
  | {readonly kind: 'not-started'; readonly code: string}
  /** We were told to end, and so was the program. */
  | {readonly kind: 'interrupted'; readonly signal: NodeJS.Signals}

const MAX_OUTPUT_BYTES = 1024 * 1024
const GRACE_MS = 2000
/** How long what the program left behind may hold its output open after it has ended. */
const LEFTOVER_MS = 500
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a program to its end, or makes an end of it: at the deadline, at too much output, when we are to end ourselves. */
export async function runProgram(order: ProgramOrder): Promise<ProgramEnd> {
  return new RunningProgram(order).end()
}

function start(order: ProgramOrder): ChildProcess {
  return spawn(order.file, order.args, {
    // A folder that a person happens to be in must not decide what a credential command does.
    cwd: path.parse(order.file).root,
    env: order.env,
    stdio: stdioOf(order),
    // A group of its own can be ended whole. Without a terminal it needs none of ours.
    detached: !order.attended && process.platform !== 'win32',
    windowsHide: true,
  })
}

/** Ends this process as the signal would have, unless somebody else has taken the signal on. */
export function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

class RunningProgram {
  #child: ChildProcess | undefined
  readonly #order: ProgramOrder
  readonly #chunks: Buffer[] = []
  #bytes = 0
  /** Why we ended it. */
  #reason: ProgramEnd | undefined
  #timers: NodeJS.Timeout[] = []

  constructor(order: ProgramOrder) {
    this.#order = order
  }

  async end(): Promise<ProgramEnd> {
    const handlers = SIGNALS.map((signal) => [signal, () => this.#interrupt(signal)] as const)
    // Before it is started: a signal in between would end us alone.
    for (const [signal, handler] of handlers) process.on(signal, handler)
    try {
      const child = start(this.#order)
      this.#child = child
      this.#after(this.#order.deadlineMs, () => this.#stop({kind: 'late'}, 'SIGTERM'))
      child.stdout?.on('data', (chunk: Buffer) => this.#take(chunk))
      const end = await this.#ended(child)
      return this.#reason ?? end
    } finally {
      for (const [signal, handler] of handlers) process.off(signal, handler)
      for (const timer of this.#timers) clearTimeout(timer)
    }
  }

  #ended(child: ChildProcess): Promise<ProgramEnd> {
    return new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve({kind: 'not-started', code: error.code ?? 'unknown fault'})
      })
      child.once('exit', () => {
        // What it started may go on, if it did well: an agent, say. What was to be stopped is stopped whole.
        if (this.#reason) this.#signal('SIGKILL')
        this.#after(this.#reason ? 0 : LEFTOVER_MS, () => child.stdout?.destroy())
      })
      child.once('close', (code, signal) =>
        resolve(
          signal === null
            ? {kind: 'exited', code: code ?? 0, output: Buffer.concat(this.#chunks).toString('utf8')}
            : {kind: 'killed', signal},
        ),
      )
    })
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes <= MAX_OUTPUT_BYTES) this.#chunks.push(chunk)
    else this.#stop({kind: 'too-much'}, 'SIGTERM')
  }

  #interrupt(signal: NodeJS.Signals): void {
    // Ctrl-C on a shared terminal has reached it already.
    this.#stop({kind: 'interrupted', signal}, this.#order.attended && signal === 'SIGINT' ? undefined : signal)
  }

  #stop(reason: ProgramEnd, signal: NodeJS.Signals | undefined): void {
    if (this.#reason) return
    this.#reason = reason
    if (signal) this.#signal(signal)
    this.#after(this.#order.graceMs ?? GRACE_MS, () => this.#signal('SIGKILL'))
  }

  #signal(signal: NodeJS.Signals): void {
    const child = this.#child
    if (child?.pid === undefined) return
    if (this.#order.attended || process.platform === 'win32') {
      child.kill(signal)
      return
    }

    try {
      process.kill(-child.pid, signal)
    } catch (error) {
      // All of the group has ended.
      if (!['EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }

  #after(milliseconds: number, work: () => void): void {
    this.#timers.push(setTimeout(work, milliseconds))
  }
}

function stdioOf({attended, stderr, stdout}: ProgramOrder): StdioOptions {
  const shown = 2
  return [
    attended ? 'inherit' : 'ignore',
    stdout === 'read' ? 'pipe' : stdout === 'show' ? shown : 'ignore',
    stderr === 'show' ? shown : 'ignore',
  ]
}
