import {glob, stat} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {startOidcProvider, type OidcProvider} from '@superset/foreign-issuer'
import {startSandbox, type Gateway, type Sandbox} from '@superset/sandbox'
import {endPauses} from './ledger.ts'
import {Home, type CliOptions, type Run, type Started} from './cli.ts'
import {setExpiry, signIn} from './signed-in.ts'

/** Any instant that is over. */
export const PAST = 1000
const LIST = ['tasks', 'list', '--json']
const WEEK_SECONDS = 604_800

/** Who issues the tokens: the service itself, or a certified OpenID provider whose tokens it takes. */
export const SERVERS = ['sandbox', 'oidc'] as const
export type ServerName = (typeof SERVERS)[number]

export type AuthorizationServer = Pick<
  OidcProvider,
  'journal' | 'liveRefreshTokens' | 'setAccessTokenSeconds' | 'url'
> & {
  readonly faults: Omit<OidcProvider['faults'], 'device'>
}

export interface StageOptions {
  readonly storage: 'file' | 'key' | 'keychain'
  /** `sandbox` unless given. */
  readonly server?: ServerName
  /** Where the keyring is, for example. */
  readonly env?: Readonly<Record<string, string>>
  readonly tokenDelayMs?: {readonly before: number; readonly after: number}
  /** A reverse proxy stands in front of the service. */
  readonly gateway?: boolean
  /** Folder of the home; a disk of its own, for example. */
  readonly root?: string
  /** `list` and `refresh` start no process (see `Home.createResident`); `start` does. */
  readonly resident?: boolean
}

/** A sandbox, a home signed in to it, and what tests about refreshing ask of both. */
export class RefreshStage implements AsyncDisposable {
  readonly sandbox: Sandbox
  /** Where tokens are refreshed: the sandbox itself, unless the stage was made with another. */
  readonly server: AuthorizationServer
  readonly home: Home
  readonly storage: StageOptions['storage']
  env: Record<string, string> = {}
  readonly #opened = new AsyncDisposableStack()

  private constructor(sandbox: Sandbox, server: AuthorizationServer, home: Home, storage: StageOptions['storage']) {
    this.sandbox = sandbox
    this.server = server
    this.home = home
    this.storage = storage
  }

  static async create(options: StageOptions): Promise<RefreshStage> {
    const {storage, server, tokenDelayMs, gateway, root, env, resident = false} = options
    await using opened = new AsyncDisposableStack()
    const delay = tokenDelayMs && {tokenDelayMs}
    const sandbox = opened.use(await startSandbox({...delay, ...(gateway && {gateway})}))
    const provider =
      server === 'oidc' ? opened.use(await startOidcProvider({resource: sandbox.url, ...delay})) : undefined
    if (provider) sandbox.trust(provider.url)
    provider?.setAccessTokenSeconds(WEEK_SECONDS)
    const home = opened.use(await (resident ? Home.createResident() : Home.create(root)))
    const stage = new RefreshStage(sandbox, provider ?? sandbox, home, storage)
    stage.env = await signIn(home, sandbox, storage, {...env, ...(provider && {SUPERSET_ISSUER: provider.url})})
    stage.#opened.use(opened.move())
    return stage
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync()
  }

  /** `tasks list --json`: a command that needs the session and nothing else. */
  start(options: CliOptions = {}): Started {
    return this.home.start(LIST, {...options, env: {...this.env, ...options.env}})
  }

  list(options: CliOptions = {}): Promise<Run> {
    return this.home.run(LIST, {...options, env: {...this.env, ...options.env}})
  }

  refresh(flags: readonly string[] = []): Promise<Run> {
    return this.home.run(['auth', 'refresh', '--json', ...flags], {env: this.env})
  }

  /** The same user, signed in on another machine. */
  async otherMachine(): Promise<RefreshStage> {
    await using opened = new AsyncDisposableStack()
    const home = opened.use(await Home.create())
    const other = new RefreshStage(this.sandbox, this.server, home, this.storage)
    other.env = await signIn(home, this.sandbox, this.storage, this.env)
    other.#opened.use(opened.move())
    return other
  }

  /** What stands in front of the service, where the stage was made with it. */
  get gateway(): Gateway {
    if (!this.sandbox.gateway) throw new Error('there is no gateway in front of this service')
    return this.sandbox.gateway
  }

  readonly tokenPath = '/api/auth/oauth2/token'

  /** Where the service is asked as the issuer that it is. */
  readonly issuerPaths = [
    this.tokenPath,
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
  ] as const

  /** Token requests that reached the gateway, whatever became of them. */
  get presentations(): number {
    return this.gateway.asked.get(`POST ${this.tokenPath}`) ?? 0
  }

  /** As if all that was to be waited for had passed. */
  endPauses(): void {
    endPauses(this.home)
  }

  get refreshRequests(): number {
    return this.server.journal.counters.token['refresh_token'] ?? 0
  }

  /** How often the most often presented refresh token was presented. */
  get maxPresentations(): number {
    const times = new Map<string, number>()
    for (const {presented} of this.server.journal.token) {
      if (presented !== undefined) times.set(presented, (times.get(presented) ?? 0) + 1)
    }

    return Math.max(0, ...times.values())
  }

  /** The stored access token has ended. Sealed storage knows no way to pretend: it gets one that lives for a second. */
  async expire(): Promise<void> {
    if (this.storage === 'file') return setExpiry(this.home, PAST)
    this.server.setAccessTokenSeconds(1)
    const run = await this.refresh()
    this.server.setAccessTokenSeconds(WEEK_SECONDS)
    if (run.code !== 0) throw new Error(`a forced refresh failed: ${run.stdout}${run.stderr}`)
    await sleep(1100)
  }

  /** `file` storage only: it serves for another half hour, which is within the leeway of a token for a week. */
  async makeDue(): Promise<void> {
    await setExpiry(this.home, Date.now() + 30 * 60_000)
  }

  /** When the session was last stored, ms since the epoch. */
  async savedAt(): Promise<number> {
    const {superset} = this.home
    if (this.storage === 'file') return (await stat(path.join(superset, 'config.json'))).mtimeMs
    let newest = 0
    for await (const file of glob('**/*.sealed', {cwd: superset})) {
      newest = Math.max(newest, (await stat(path.join(superset, file))).mtimeMs)
    }

    return newest
  }
}

/** What a command that failed said in JSON mode. */
export function failureOf(run: Run): {code: string; message: string; suggestions: readonly string[]} {
  const {error} = JSON.parse(run.stdout) as {
    error: {code: string; message: string; suggestions: readonly string[]}
  }
  return error
}

/** Whether it has said that it waits for the session, which it does after two seconds of waiting. */
export function saysItWaits({stderr}: {readonly stderr: string}): boolean {
  return stderr.includes('Waiting for your session')
}

/** Resolves once it has said so, or when it has ended. */
export async function untilItWaits(started: Started): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>()
  const look = () => {
    if (saysItWaits(started)) resolve()
  }

  started.child.stderr?.on('data', look)
  look()
  await Promise.race([promise, started.ended])
}
