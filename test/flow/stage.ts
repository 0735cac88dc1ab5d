import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {readdir, readFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {
  type IdentityPolicy,
  type IdentityProvider,
  type IdentityRequest,
  isProblem,
  type Problem,
} from '@superset/identity'
import {ledgerFile} from '../../packages/plugin-auth/src/ledger/ledger-file.ts'
import type {Binding, SessionStore, Tokens} from '../../packages/plugin-auth/src/model.ts'
// As it is built, for its refresh helpers start in half the time of their sources.
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {commit} from '../../packages/plugin-auth/src/store/commit.ts'
import {quarantineFolder, sessionFolder} from '../../packages/plugin-auth/src/files/layout.ts'
import type {KeySource} from '../../packages/plugin-auth/src/store/sealed/session-key.ts'
import {listening, type Listening} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {tempHome, type TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'

const HOUR_MS = 3_600_000

/** Answers one token request; `token` is the refresh token that was presented. */
export type TokenAnswer = (response: ServerResponse, token: string, stage: Stage) => Promise<void> | void

/** `valid`: it serves, and is due to be renewed. */
export type Life = 'expired' | 'valid'

const withoutWaits = (told: readonly string[]) => told.filter((line) => !line.startsWith('Waiting for your session'))

/** One run of the program, as its caller sees it. */
export interface Ran {
  readonly exit: number
  readonly problem?: Problem
  /** The credential that the API was sent. */
  readonly token?: string | undefined
  readonly status?: number
  /** Without the line of who has waited for two seconds. */
  readonly told: readonly string[]
}

export interface StageOptions {
  readonly answer?: TokenAnswer
  readonly binding?: (url: string) => {-readonly [K in keyof Binding]?: Binding[K] | undefined}
  readonly tokens?: Partial<Tokens>
  /** `key` unless given. */
  readonly storage?: 'file' | 'key'
  /** In the place of a folder of its own. */
  readonly homeDir?: string
}

/** A signed-in home and the server that it is signed in at: a token endpoint that says what the test wants, and an API. */
export class Stage implements AsyncDisposable {
  readonly home: TempHome
  storageKey = randomBytes(32).toString('hex')
  readonly url: string
  store!: SessionStore
  /** Refresh tokens that reached a token endpoint, in order. */
  readonly presented: string[] = []
  readonly revoked: string[] = []
  /** False: the metadata name no revocation endpoint. */
  revocationOffered = true
  /** What the revocation endpoint answers. */
  revocation: {readonly status: number; readonly body: string} = {status: 200, body: ''}
  answer: TokenAnswer
  /** What the metadata calls the token endpoint. */
  tokenPath = '/token'
  /** The issuer that the metadata names; the server's own address unless set. */
  namedIssuer: string | undefined
  /** Requests for metadata wait for this. */
  metadataHeld: Promise<void> | undefined
  metadataAsked = 0
  /** In the place of the metadata. */
  metadataAnswer: TokenAnswer | undefined
  /** Requests in order, and the connections they came on, numbered. */
  readonly asked: {readonly url: string; readonly connection: number}[] = []
  readonly #connections: Socket[] = []
  apiStatus = 200
  policy: IdentityPolicy | undefined
  /** Credentials that the API answers with 401. */
  readonly deadCredentials = new Set<string>()
  /** Credentials that reached the API, in order. */
  readonly apiCredentials: string[] = []
  #server!: Listening

  private constructor(home: TempHome, url: string, answer: TokenAnswer) {
    this.home = home
    this.url = url
    this.answer = answer
  }

  static async open(life: Life, options: StageOptions = {}): Promise<Stage> {
    const server = createServer((request, response) => void stage.#handle(request, response))
    const open = await listening(server)
    const home = await tempHome()
    const {homeDir = home.homeDir} = options
    const placed = {...home, homeDir, place: {homeDir, profile: 'default'}}
    const stage = new Stage(placed, `http://127.0.0.1:${open.port}`, options.answer ?? rotate)
    stage.#server = open
    stage.store = await stage.signIn('default', life, options)
    return stage
  }

  get keys(): KeySource {
    return {kind: 'variable', name: 'SUPERSET_STORAGE_KEY', value: this.storageKey}
  }

  async signIn(profile: string, life: Life, options: StageOptions = {}): Promise<SessionStore> {
    const {url} = this
    const all = {
      profile,
      issuer: url,
      apiUrl: url,
      clientId: 'superset-cli',
      resource: url,
      tokenEndpoint: `${url}/token`,
      revocationEndpoint: `${url}/revoke`,
      replayPolicy: 'user',
      subject: 'ada',
      ...options.binding?.(url),
    }
    const binding = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never
    const now = Date.now()
    const tokens: Tokens = {
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      scope: 'openid profile email offline_access',
      expiresAt: life === 'valid' ? now + 2 * 60_000 : now - 60_000,
      lifetimeMs: HOUR_MS,
      clockOffsetMs: 0,
      receivedAt: now - HOUR_MS,
      ...options.tokens,
    }
    return commit({...this.home.place, profile}, options.storage ?? 'key', binding, {kind: 'oauth', tokens}, this.keys)
  }

  request(told: string[] = [], profile = 'default'): IdentityRequest {
    return {
      bin: 'superset',
      version: '1.0.0',
      homeDir: this.home.homeDir,
      profile,
      apiUrl: {value: this.url, source: 'env:SUPERSET_API_URL'},
      defaultApiUrl: this.url,
      webUrl: {value: this.url, source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
      secrets: {storageKey: this.storageKey},
      interactive: false,
      agentMode: false,
      tell: (line) => void told.push(line),
      ...(this.policy && {policy: this.policy}),
    }
  }

  /** What a command does: gets its session, asks the API, lets the provider settle. */
  async run(profile?: string, provider: IdentityProvider = new AuthProvider()): Promise<Ran> {
    const told: string[] = []
    try {
      const session = await provider.session(this.request(told, profile))
      assert.ok(session, 'signed in')
      const {status} = await session.fetch('/api')
      const token = this.apiCredentials.at(-1)
      await provider.settle?.()
      return {exit: 0, token, status, told: withoutWaits(told)}
    } catch (error) {
      if (!isProblem(error)) throw error
      return {exit: error.exit, problem: error, told: withoutWaits(told)}
    } finally {
      await provider.settle?.()
      this.#assertNothingShown(told)
    }
  }

  /** The stored tokens, opened. */
  async stored(): Promise<Tokens> {
    const stored = await this.store.read()
    assert.ok(stored?.credential.kind === 'oauth')
    return stored.credential.tokens
  }

  /** Records by name, byte for byte. */
  async records(): Promise<Readonly<Record<string, string>>> {
    const folder = sessionFolder(this.home.homeDir, this.store.sessionId)
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sealed')).toSorted()
    const read = async (name: string) => [name, await readFile(path.join(folder, name), 'base64')] as const
    return Object.fromEntries(await Promise.all(names.map(read)))
  }

  async quarantined(): Promise<readonly string[]> {
    const folder = quarantineFolder(this.home.homeDir)
    return (await readdir(folder)).map((name) => path.join(folder, name))
  }

  /** As if all that was to be waited for had passed. */
  endPauses(): void {
    this.withLedger((ledger) => {
      ledger.exec('UPDATE generation SET not_before = 1 WHERE not_before IS NOT NULL; UPDATE issuer SET not_before = 1')
    })
  }

  withLedger<T>(work: (ledger: DatabaseSync) => T): T {
    const ledger = new DatabaseSync(ledgerFile(this.home.homeDir), {timeout: 600_000})
    try {
      return work(ledger)
    } finally {
      ledger.close()
    }
  }

  /** The process that claimed, as the ledger names it. */
  holderPid(): number | undefined {
    const row = this.withLedger((ledger) => ledger.prepare('SELECT holder FROM generation').get())
    const pid = /^pid (\d+) on/.exec(String(row?.['holder']))?.[1]
    return pid === undefined ? undefined : Number(pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.home[Symbol.asyncDispose]()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    this.#note(request)
    if (request.url?.startsWith('/.well-known/')) return this.#answerMetadata(response)
    if (request.url === '/api') {
      const credential = (request.headers.authorization ?? '').replace('Bearer ', '')
      this.apiCredentials.push(credential)
      response.writeHead(this.deadCredentials.has(credential) ? 401 : this.apiStatus).end('{}')
    } else if (request.url === '/revoke') {
      this.revoked.push(form.get('token') ?? '')
      response.writeHead(this.revocation.status).end(this.revocation.body)
    } else {
      const token = form.get('refresh_token') ?? ''
      this.presented.push(token)
      const isOldPlace = request.url !== this.tokenPath
      await (isOldPlace ? json(404, {})(response, token, this) : this.answer(response, token, this))
    }
  }

  #note({socket, url = ''}: IncomingMessage): void {
    if (!this.#connections.includes(socket)) this.#connections.push(socket)
    this.asked.push({url, connection: this.#connections.indexOf(socket)})
  }

  async #answerMetadata(response: ServerResponse): Promise<void> {
    this.metadataAsked++
    await this.metadataHeld
    if (this.metadataAnswer) return this.metadataAnswer(response, '', this)
    this.metadata(response)
  }

  metadata(response: ServerResponse): void {
    const document = {
      issuer: this.namedIssuer ?? this.url,
      token_endpoint: this.url + this.tokenPath,
      ...(this.revocationOffered && {revocation_endpoint: `${this.url}/revoke`}),
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  }

  /** G8, in whatever was told. */
  #assertNothingShown(told: readonly string[]): void {
    assert.doesNotMatch(told.join('\n'), /refresh-\d|access-\d/)
  }
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): TokenAnswer {
  return (response) => void response.writeHead(status, headers).end(body)
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): TokenAnswer {
  return text(status, JSON.stringify(body), {'content-type': 'application/json', ...headers})
}

/** `refresh-1` is exchanged for `access-2` and `refresh-2`, and so on; `change` alters what is answered. */
export function rotated(token: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const next = Number(token.split('-')[1]) + 1
  const tokens = {access_token: `access-${next}`, refresh_token: `refresh-${next}`}
  return {...tokens, expires_in: 3600, token_type: 'Bearer', ...change}
}

export function rotating(
  change: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): TokenAnswer {
  return (response, token, stage) => json(200, rotated(token, change), headers)(response, token, stage)
}

export const rotate: TokenAnswer = rotating({})
