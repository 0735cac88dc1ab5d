import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {startSandbox, type Sandbox} from '@superset/sandbox'

export const ROOT = path.dirname(import.meta.dirname)
export const CLI = path.join(ROOT, 'bin/run.js')

const run = promisify(execFile)

/** A home of a person who is signed in to a service on loopback, with a token that is fresh. */
export interface SignedIn {
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  readonly sandbox: Sandbox
  close(): Promise<void>
}

export async function signIn(storage: 'file' | 'key' = 'key'): Promise<SignedIn> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'superset-bench-'))
  const sandbox = await startSandbox()
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    NO_COLOR: '1',
    SUPERSET_API_URL: sandbox.url,
    SUPERSET_WEB_URL: sandbox.url,
    ...(storage === 'key' && {SUPERSET_STORAGE_KEY: 'b'.repeat(64)}),
    BROWSER: path.join(ROOT, 'packages/sandbox/bin/approve.js'),
  }
  await run(process.execPath, [CLI, 'auth', 'login', '--storage', storage, '--json'], {env})
  return {
    env,
    home,
    sandbox,
    async close() {
      await sandbox.close()
      await rm(home, {recursive: true, force: true})
    },
  }
}
