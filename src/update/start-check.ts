import {execFile} from 'node:child_process'
import path from 'node:path'
import {doesNotStart} from './problems.ts'

export interface StartContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly deadlineMs?: number
}

const DEADLINE_MS = 30_000

/**
 * Starts a version once, as people will: another C library, a missing right or a damaged file shows now and not after the
 * switch. @throws Problem UPDATE_DOES_NOT_START (1)
 */
export async function demandStart(folder: string, version: string, context: StartContext): Promise<void> {
  const said = await new Promise<string>((resolve, reject) => {
    execFile(path.join(folder, 'bin/superset'), ['--version'], optionsOf(context), (error, stdout) => {
      if (!error) resolve(stdout)
      // Whoever called asks the signal first; this error is for nobody.
      else if (context.signal.aborted) reject(new Error('stopped', {cause: error}))
      else reject(doesNotStart(version, error.killed ? 'it took too long' : reasonOf(error)))
    })
  })
  if (said.split(' ', 1)[0] !== `superset/${version}`) throw doesNotStart(version, 'it says that it is another version')
}

/** For a fast start: has V8's code made by the Node and on the machine that will read it. Without it, all is the same and slower. */
export async function compileStart(folder: string, context: StartContext): Promise<void> {
  const args = [path.join(folder, 'app/bin/compile.js')]
  await new Promise<void>((resolve) => {
    execFile(path.join(folder, 'bin/node'), args, optionsOf(context), () => resolve())
  })
}

function optionsOf({deadlineMs = DEADLINE_MS, environment, signal}: StartContext) {
  return {cwd: '/', env: {...environment}, killSignal: 'SIGKILL', signal, timeout: deadlineMs} as const
}

function reasonOf({code, signal}: {readonly code?: number | string | null; readonly signal?: string | null}): string {
  if (typeof code === 'number') return `exit ${code}`
  return code ?? signal ?? 'unknown'
}
