import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import type {IdentityRequest} from '../request.ts'

const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? 'session-process.ts' : 'session-process.js', import.meta.url)

/** What the process is given on its standard input: nothing secret is in its arguments or its environment. */
export interface ChildOrder {
  readonly module: string
  readonly request: Omit<IdentityRequest, 'remember' | 'tell'>
}

/** A process that is ready to run, and waits for a word. */
export interface ChildProcess {
  /** @returns its exit code */
  run(): Promise<number>
}

/** Starts a process and lets it load the subject, so that several can run at the same moment. */
export async function startApart(
  module: string,
  {tell: _, remember: __, ...request}: IdentityRequest,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [fileURLToPath(PROGRAM)], {stdio: ['pipe', 'pipe', 'ignore']})
  const exited = once(child, 'exit') as Promise<[number | null]>
  const order: ChildOrder = {module, request}
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.write(`${JSON.stringify(order)}\n`)
  await Promise.race([once(child.stdout, 'data'), exited])
  return {
    async run() {
      child.stdin.end('go\n')
      const [code] = await exited
      return code ?? -1
    },
  }
}
