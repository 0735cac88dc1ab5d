import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'

export interface Run {
  readonly answer: Record<string, unknown>
  readonly exitCode: number | null
  /** How long the process was there after it had said what came out. */
  readonly lingeredMs: number
}

export async function node(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {env, stdio: ['ignore', 'pipe', 'pipe']})
  let output = ''
  let errors = ''
  let saidAt = 0
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    saidAt = performance.now()
  })
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  assert.equal(errors, '', errors)
  return {answer: JSON.parse(output) as Record<string, unknown>, exitCode, lingeredMs: performance.now() - saidAt}
}

/** One question in a process of its own. */
export async function ask(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Record<string, unknown>> {
  return (await node('ask-keychain.ts', args, env)).answer['outcome'] as Record<string, unknown>
}
