import {spawn, type ChildProcess} from 'node:child_process'
import {closeSync, openSync, readFileSync, statSync} from 'node:fs'
import process from 'node:process'
import {setTimeout as sleep} from 'node:timers/promises'
import {measureSlowness} from '../../packages/identity/src/conformance/slowness.ts'

const LOOK_MS = 1000

export interface ChildOptions {
  readonly cwd: string
  readonly env: Record<string, string>
  /** Output goes to this file, not to a pipe: a grandchild that outlives the child could hold a pipe open for ever. */
  readonly log: string
  /** Where it reports what it has done. What it prints is no progress: a loop without end may print. */
  readonly report: string
  /** For how long it may report nothing, on an ordinary machine; a slower one gives as many times more. */
  readonly silenceMs: number
  /** How many times slower this machine is than an ordinary one; measured unless given. */
  readonly slowness?: () => Promise<number>
}

export interface ChildEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** Of one that was killed because it reported nothing: for how long it was silent. */
  readonly silentMs?: number
  readonly output: string
}

const running = new Set<ChildProcess>()

/** Runs Node to its end, in a process group of its own; what is left of the group then is killed. */
export async function runNode(args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const {cwd, env, log} = options
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, args, {cwd, env, detached: true, stdio: ['ignore', output, output]})
  closeSync(output)
  running.add(child)
  const ended = new AbortController()
  const silence = killWhenSilent(child, options, ended.signal)
  try {
    const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (...end) => resolve(end))
    })
    ended.abort()
    const silentMs = await silence
    return {status, signal, ...(silentMs !== undefined && {silentMs}), output: readFileSync(log, 'utf8')}
  } finally {
    ended.abort()
    running.delete(child)
    killGroup(child)
  }
}

/** @returns for how long it was silent, once it was killed for that; nothing when it ended before */
async function killWhenSilent(child: ChildProcess, options: ChildOptions, ended: AbortSignal) {
  const {report, silenceMs, slowness = measureSlowness} = options
  let size = 0
  let since = performance.now()
  let limitMs = silenceMs
  while (await hasPassed(Math.min(LOOK_MS, silenceMs), ended)) {
    const now = statSync(report, {throwIfNoEntry: false})?.size ?? 0
    if (now !== size) since = performance.now()
    size = now
    const silentMs = performance.now() - since
    if (silentMs < limitMs) continue
    // Measured only now, when it decides: a machine is not as fast at one moment as at another.
    limitMs = silenceMs * (await slowness())
    if (silentMs < limitMs) continue
    if (ended.aborted) return undefined
    killGroup(child)
    return silentMs
  }

  return undefined
}

function hasPassed(ms: number, ended: AbortSignal): Promise<boolean> {
  return sleep(ms, true, {signal: ended}).catch(() => false)
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
