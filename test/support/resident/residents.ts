import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import path from 'node:path'
import type {Job, Outcome} from './job.ts'

const PROGRAM = path.join(import.meta.dirname, 'resident-process.ts')
/** What a process reads once, when it starts; a run that names one of these is a process of its own. */
const OF_PROCESSES = /^(?:NODE_|SSL_|LD_|UV_|(?:https?|no|all)_proxy$|SUPERSET_CA_FILE$)/i

/** Waiting for work, by what stands in front of them. */
const idle = new Map<string, ChildProcess[]>()
const all = new Set<ChildProcess>()

/** Whether a run can do without a process of its own. The version is answered by bin/run.js, before any module is loaded. */
export function canReside({args, env}: Pick<Job, 'args' | 'env'>): boolean {
  return !/^(?:--version|-v)$/.test(args[0] ?? '') && !Object.keys(env).some((name) => OF_PROCESSES.test(name))
}

/** Runs the built CLI in a process that has run it before, unless there is none that is free. */
export async function runResident(job: Job, prefix: readonly string[] = []): Promise<Outcome> {
  const key = prefix.join('\0')
  const free = idle.get(key) ?? []
  idle.set(key, free)
  const child = free.pop() ?? (await begin(prefix))
  child.ref()
  child.channel?.ref()
  const answered = Promise.withResolvers<Outcome>()
  const die = (code: number | null, signal: string | null) =>
    answered.reject(new Error(`a resident process died in ${job.args.join(' ')}: ${code ?? signal}`))
  child.once('exit', die)
  child.once('message', answered.resolve)
  child.send(job)
  const outcome = await answered.promise
  child.off('exit', die)
  if (!outcome.isLast) {
    child.unref()
    child.channel?.unref()
    free.push(child)
  }

  return outcome
}

async function begin(prefix: readonly string[]): Promise<ChildProcess> {
  const [program = '', ...args] = [...prefix, process.execPath, PROGRAM]
  const env = {...process.env, NODE_DISABLE_COMPILE_CACHE: '1'}
  const child = spawn(program, args, {
    env,
    cwd: '/',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'json',
  })
  all.add(child)
  child.once('exit', () => all.delete(child))
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`no resident process could be started: ${child.exitCode}`)
    }),
  ])
  return child
}

/** They are waited for, so that what they cost is counted. Programs beside the tests use none. */
if ('after' in globalThis)
  after(async () => {
    await Promise.all(
      [...all].map(async (child) => {
        child.ref()
        const gone = once(child, 'exit')
        child.disconnect()
        await gone
      }),
    )
  })
