import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {Sandbox} from '@superset/sandbox'
import type {Home} from './cli.ts'
import {assertSucceeded, sandboxEnvironment, STORAGE_KEY} from './signed-in.ts'

/** Writes `config.json` as somebody else would: the text as it is, readable by its owner alone. */
export async function writeConfig(home: Home, text: Buffer | string): Promise<string> {
  await mkdir(home.superset, {recursive: true, mode: 0o700})
  const file = path.join(home.superset, 'config.json')
  await writeFile(file, text, {mode: 0o600})
  return file
}

/** Signs in with the sandbox's API key, given on stdin. */
export async function signInWithKey(
  home: Home,
  sandbox: Sandbox,
  storage: 'file' | 'key',
): Promise<Record<string, string>> {
  const env = {...sandboxEnvironment(sandbox), ...(storage === 'key' && {SUPERSET_STORAGE_KEY: STORAGE_KEY})}
  const args = ['auth', 'login', '--with-api-key', '--storage', storage]
  assertSucceeded(await home.run(args, {env, input: `${sandbox.apiKey}\n`}))
  return env
}

/** The error that a command printed as JSON. */
export function errorOf({stdout}: {readonly stdout: string}): {
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
  readonly exit: number
} {
  return (JSON.parse(stdout) as {error: ReturnType<typeof errorOf>}).error
}
