import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {Sandbox} from '@superset/sandbox'
import type {Home} from './cli.ts'
import {type Run} from './cli.ts'

/** 32 bytes for SUPERSET_STORAGE_KEY; a secret of the tests alone. */
export const STORAGE_KEY = '5'.repeat(64)

/** A program for BROWSER that approves what it is shown. With an empty PATH it has to be told where Node is. */
export const APPROVE =
  process.env['PACKED_BROWSER'] ?? path.resolve(import.meta.dirname, '../../packages/foreign-issuer/bin/approve.js')

/** The variables that point the CLI at a sandbox; the scripted browser approves what it is shown. */
export function sandboxEnvironment(sandbox: Sandbox): Record<string, string> {
  return {SUPERSET_API_URL: sandbox.url, SUPERSET_WEB_URL: sandbox.url, BROWSER: APPROVE}
}

/** Signs in by the real flow: `auth login`, a browser (scripted), the loopback callback, the token endpoint. */
export async function signIn(
  home: Home,
  sandbox: Sandbox,
  storage: 'file' | 'key' | 'keychain',
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const all = {
    ...sandboxEnvironment(sandbox),
    ...(storage === 'key' && {SUPERSET_STORAGE_KEY: STORAGE_KEY}),
    ...env,
  }
  const run = await home.runResident(['auth', 'login', '--json', '--storage', storage], {env: all})
  assert.equal(run.code, 0, `sign-in failed: ${run.stdout}${run.stderr}`)
  return all
}

/** `file` storage only: the stored access token is taken for expired (or for ending soon) from now on. */
export async function setExpiry(home: Home, expiresAt: number): Promise<void> {
  const file = path.join(home.superset, 'config.json')
  const config = JSON.parse(await readFile(file, 'utf8')) as {auth: {expiresAt: number}}
  config.auth.expiresAt = expiresAt
  await writeFile(file, JSON.stringify(config))
}

export function assertSucceeded(run: Run): void {
  assert.equal(run.code, 0, `exit ${run.code ?? run.signal}\n${run.stdout}\n${run.stderr}`)
}
