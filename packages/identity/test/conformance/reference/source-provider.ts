import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {
  type IdentityDescription,
  type IdentityProvider,
  type IdentityRequest,
  isProblem,
  type Scheme,
  type Session,
  type Source,
} from '../../../src/index.ts'
import type {ConformanceSubject} from '../../../src/conformance/kit.ts'
import {CORRECT} from './behaviour.ts'
import {damaged, misconfigured, unreachable} from './problems.ts'

interface Credential {
  readonly token: string
  /** ISO 8601. */
  readonly expiresAt?: string
}

interface Kept extends Credential {
  readonly apiUrl: string
  readonly source: string
}

/** A provider that signs nobody in: a service on this machine has the credential. */
class SourceProvider implements IdentityProvider {
  readonly name = 'reference-source'
  readonly capabilities = []
  readonly #renewsFirst: boolean

  constructor(renewsFirst: boolean) {
    this.#renewsFirst = renewsFirst
  }

  async session(request: IdentityRequest): Promise<Session | undefined> {
    const {apiKey, token} = request.secrets
    if (apiKey !== undefined) return open(request, 'api-key', 'env:SUPERSET_API_KEY', {token: apiKey})
    if (token !== undefined) return open(request, 'bearer', 'env:SUPERSET_TOKEN', {token})
    const kept = await read(request)
    if (!kept) return undefined
    const {apiUrl} = request
    if (apiUrl.source !== 'default' && apiUrl.value !== kept.apiUrl)
      throw misconfigured(`This credential is for ${kept.apiUrl}, not for ${apiUrl.value}`)
    const serves = !this.#renewsFirst || kept.expiresAt === undefined || Date.parse(kept.expiresAt) > Date.now()
    return open(request, 'bearer', 'stored', serves ? kept : await ask(request, kept), () => ask(request, kept))
  }

  async describe(request: IdentityRequest): Promise<IdentityDescription> {
    const base = {profile: request.profile, apiUrl: request.apiUrl.value, hides: [], notes: []}
    try {
      const kept = await read(request)
      if (!kept) return {...base, signedIn: false}
      return {...base, signedIn: true, expired: Date.parse(kept.expiresAt ?? '') <= Date.now()}
    } catch (error) {
      if (!isProblem(error)) throw error
      const {code, exit, message, suggestions} = error
      return {...base, signedIn: false, problem: {code, exit, message, suggestions}}
    }
  }
}

function open(
  request: IdentityRequest,
  scheme: Scheme,
  source: Source,
  first: Credential,
  again?: () => Promise<Credential>,
): Session {
  const apiUrl = request.apiUrl.value
  let current = first
  const send = (input: string | URL, init: RequestInit = {}) => {
    const url = new URL(input, apiUrl)
    CORRECT.checkOrigin(url, apiUrl)
    const headers = new Headers(init.headers)
    if (scheme === 'api-key') headers.set('x-api-key', current.token)
    else headers.set('authorization', `Bearer ${current.token}`)
    return fetch(url, {...init, headers, redirect: 'manual'})
  }
  return {
    ...{issuer: apiUrl, apiUrl, profile: request.profile, scheme, source},
    ...(first.expiresAt !== undefined && {expiresAt: new Date(first.expiresAt)}),
    token: async () => current.token,
    async fetch(input, init) {
      const response = await send(input, init)
      if (response.status !== 401 || !again) return response
      await response.body?.cancel()
      current = await again()
      return send(input, init)
    },
  }
}

async function ask(request: IdentityRequest, {apiUrl, source}: Kept): Promise<Credential> {
  const response = await fetch(source, {redirect: 'manual'})
  if (response.status !== 200) throw unreachable()
  const {expiresAt, token} = (await response.json()) as Credential
  const credential = {token, ...(expiresAt !== undefined && {expiresAt})}
  await write(request, {...credential, apiUrl, source})
  return credential
}

function fileOf({homeDir, profile}: IdentityRequest): string {
  return path.join(homeDir, `source-${profile}.json`)
}

async function read(request: IdentityRequest): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(request), 'utf8')) as Kept
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(fileOf(request))
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function write(request: IdentityRequest, kept: Kept): Promise<void> {
  await mkdir(request.homeDir, {recursive: true, mode: 0o700})
  await writeFile(fileOf(request), JSON.stringify(kept), {mode: 0o600})
}

export const sourceSubject: ConformanceSubject = subjectOf('reference-source', true)
/** It sends what has expired, and asks its source only when the API says 401. */
export const hopefulSourceSubject: ConformanceSubject = subjectOf('hopeful-source', false)

function subjectOf(name: string, renewsFirst: boolean): ConformanceSubject {
  return {
    name,
    version: '1.0.0',
    signIn: 'elsewhere',
    renewal: 'source',
    outsideCredentials: true,
    open: () => new SourceProvider(renewsFirst),
    seed: ({accessToken: token, apiUrl, credentialUrl: source, expiresAt}, request) =>
      write(request, {token, apiUrl, source, expiresAt: expiresAt.toISOString()}),
    damage: (request) => writeFile(fileOf(request), '{'),
  }
}
