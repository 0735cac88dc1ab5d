import {createHash, randomBytes} from 'node:crypto'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {approve, type Sandbox} from '@superset/sandbox'
import type {Home} from './cli.ts'

/** What the incumbent's client keeps in `config.json`. */
export interface IncumbentConfig {
  readonly auth: {readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: number}
}

/** Leaves a session as the incumbent's client would: signed in by the real flow, stored in `config.json` alone. */
export async function plantIncumbentSession(home: Home, sandbox: Sandbox, expiresAt: number): Promise<void> {
  const verifier = randomBytes(48).toString('base64url')
  const redirectUri = `${sandbox.url}/cli/auth/code`
  const query = new URLSearchParams({
    client_id: 'superset-cli',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(16).toString('base64url'),
    prompt: 'consent',
    resource: sandbox.url,
  })
  const {redirect} = await approve(`${sandbox.url}/api/auth/oauth2/authorize?${query}`, {follow: false})
  const answer = await fetch(`${sandbox.url}/api/auth/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: redirect.searchParams.get('code') ?? '',
      code_verifier: verifier,
      client_id: 'superset-cli',
      redirect_uri: redirectUri,
      resource: sandbox.url,
    }),
  })
  const {access_token: accessToken, refresh_token: refreshToken} = (await answer.json()) as Record<string, string>
  await mkdir(home.superset, {recursive: true, mode: 0o700})
  const config = {auth: {accessToken, refreshToken, expiresAt}}
  await writeFile(path.join(home.superset, 'config.json'), JSON.stringify(config), {mode: 0o600})
}

export async function readIncumbentConfig(home: Home): Promise<IncumbentConfig> {
  return JSON.parse(await readFile(path.join(home.superset, 'config.json'), 'utf8')) as IncumbentConfig
}
