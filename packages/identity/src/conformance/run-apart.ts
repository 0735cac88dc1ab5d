import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import type {IdentityRequest} from '../request.ts'

const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? 'session-process.ts' : 'session-process.js', import.meta.url)

/** What the process is given on its standard input: nothing secret is in its arguments or its environment. */
export interface Order {
  readonly module: string
  readonly request: Omit<IdentityRequest, 'remember' | 'tell'>
}

/** One run in a process of its own. @returns its exit code */
export async function runApart(module: string, {tell: _, remember: __, ...request}: IdentityRequest): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(PROGRAM)], {stdio: ['pipe', 'ignore', 'ignore']})
  const order: Order = {module, request}
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(JSON.stringify(order))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? -1
}
