import {spawn} from 'node:child_process'
import {Started, type Run} from './cli.ts'

export interface ProgramOptions {
  /** The whole environment; nothing is added. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string | Buffer
}

export function startProgram(
  program: string,
  args: readonly string[],
  {env = {}, cwd = '/', input}: ProgramOptions = {},
): Started {
  const child = spawn(program, args, {cwd, env, stdio: ['pipe', 'pipe', 'pipe']})
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(input)
  return new Started(child)
}

/** Runs a program in an environment that holds nothing but what is given. */
export function runProgram(program: string, args: readonly string[], options?: ProgramOptions): Promise<Run> {
  return startProgram(program, args, options).ended
}
