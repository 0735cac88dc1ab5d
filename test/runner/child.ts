import {spawn, type ChildProcess} from 'node:child_process'
import {closeSync, openSync, readFileSync} from 'node:fs'
import process from 'node:process'

export interface ChildOptions {
  readonly cwd: string
  readonly env: Record<string, string>
  /** Output goes to this file, not to a pipe: a grandchild that outlives the child could hold a pipe open for ever. */
  readonly log: string
  readonly deadlineMs: number
}

export interface ChildEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** Killed at its deadline. */
  readonly late: boolean
  readonly output: string
}

const running = new Set<ChildProcess>()

/** Runs Node to its end, in a process group of its own; what is left of the group then is killed. */
export async function runNode(args: readonly string[], {cwd, env, log, deadlineMs}: ChildOptions): Promise<ChildEnd> {
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, args, {cwd, env, detached: true, stdio: ['ignore', output, output]})
  closeSync(output)
  running.add(child)
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(child)
  }, deadlineMs)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (status, signal) => resolve({status, signal, late, output: readFileSync(log, 'utf8')}))
    })
  } finally {
    clearTimeout(timer)
    running.delete(child)
    killGroup(child)
  }
}

/** For an interrupted run: nothing that we started stays. */
export function killRunning(): void {
  for (const child of running) killGroup(child)
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
