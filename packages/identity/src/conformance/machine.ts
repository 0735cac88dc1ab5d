import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT} from '../exit-codes.ts'
import {isProblem, type Problem} from '../problem.ts'
import type {IdentityProvider, LoginOptions, LoginResult, LogoutResult} from '../provider.ts'
import type {IdentityRequest} from '../request.ts'
import type {Session} from '../session.ts'
import type {Issuer, TokenSet} from './issuer/issuer.ts'
import {Person} from './person.ts'
import type {ConformanceSubject} from './subject.ts'

/** `due`: it serves, and is about to end. */
export type TokenLife = 'due' | 'expired' | 'fresh'

export const CLIENT_ID = 'superset-cli'
const HOUR_SECONDS = 3600
const SECONDS_LEFT: Readonly<Record<TokenLife, number>> = {expired: -60, due: 120, fresh: HOUR_SECONDS}

/** One run of a command, as its caller sees it. */
export interface RunResult {
  /** As the host would end; -1 for what is no `Problem`. 4 when nobody is signed in. */
  readonly exit: number
  readonly problem?: Problem
  readonly error?: unknown
  readonly status?: number
  /** What the API was sent. */
  readonly credential?: string | undefined
  readonly session?: Session | undefined
}

/** One machine with a home folder, on which the provider under test is used. */
export class Machine implements AsyncDisposable {
  readonly homeDir: string
  readonly person: Person
  readonly told: string[] = []
  /** Whatever was thrown, for those who search it. */
  readonly thrown: unknown[] = []
  readonly #parent: string
  readonly #subject: ConformanceSubject
  readonly #issuer: Issuer
  readonly #extra: Partial<IdentityRequest>
  readonly #over = new AbortController()
  readonly #pending = new Set<Promise<unknown>>()

  private constructor(parent: string, subject: ConformanceSubject, issuer: Issuer, extra: Partial<IdentityRequest>) {
    this.#parent = parent
    this.homeDir = join(parent, '.superset')
    this.person = new Person(issuer.url)
    this.#subject = subject
    this.#issuer = issuer
    this.#extra = extra
  }

  static async open(subject: ConformanceSubject, issuer: Issuer): Promise<Machine> {
    const parent = await mkdtemp(join(tmpdir(), 'superset-conformance-'))
    const home = {homeDir: join(parent, '.superset'), issuer: issuer.url, credentialUrl: `${issuer.url}/credential`}
    return new Machine(parent, subject, issuer, (await subject.request?.(home)) ?? {})
  }

  request(changes: Partial<IdentityRequest> = {}): IdentityRequest {
    const {url} = this.#issuer
    const {secrets, ...extra} = this.#extra
    const request: IdentityRequest = {
      bin: 'superset',
      version: '1.0.0',
      homeDir: this.homeDir,
      profile: 'default',
      apiUrl: {value: url, source: 'profile'},
      defaultApiUrl: url,
      webUrl: {value: url, source: 'default'},
      issuer: {value: url, source: 'profile'},
      clientId: {value: CLIENT_ID, source: 'profile'},
      settings: {issuer: url, apiUrl: url, clientId: CLIENT_ID, replayPolicy: 'user'},
      interactive: false,
      agentMode: false,
      tell: (line) => this.#hear(line),
      ...extra,
      ...changes,
      secrets: {...secrets, ...changes.secrets},
    }
    return {...request, settings: {...request.settings, ...this.#subject.settings?.(request)}}
  }

  async provider(): Promise<IdentityProvider> {
    return this.#subject.open()
  }

  /** Puts a session of that age into the home. */
  async signedIn(life: TokenLife = 'fresh', changes: Partial<IdentityRequest> = {}): Promise<TokenSet | undefined> {
    const {seed} = this.#subject
    if (!seed) return this.#signInThroughLogin(life, changes)
    const issuer = this.#issuer
    const tokens = issuer.grant(SECONDS_LEFT[life])
    await seed.call(
      this.#subject,
      {
        issuer: issuer.url,
        apiUrl: issuer.url,
        clientId: CLIENT_ID,
        tokenEndpoint: issuer.tokenEndpoint,
        revocationEndpoint: `${issuer.url}/revoke`,
        accessToken: tokens.accessToken,
        refreshToken: tokens.refreshToken,
        scope: 'openid profile email offline_access',
        subject: tokens.account.subject,
        account: tokens.account.email,
        expiresAt: new Date(Date.now() + SECONDS_LEFT[life] * 1000),
        lifetimeSeconds: HOUR_SECONDS,
        credentialUrl: `${issuer.url}/credential`,
      },
      this.request(changes),
    )
    return tokens
  }

  /** What a command does: gets its session, asks the API, lets the provider settle. */
  async run(changes: Partial<IdentityRequest> = {}, path = '/api/echo'): Promise<RunResult> {
    const provider = await this.provider()
    try {
      const session = await provider.session(this.request(changes))
      if (!session) return {exit: EXIT.signInNeeded, session}
      const response = await session.fetch(path)
      await response.text()
      return {
        exit: EXIT.done,
        status: response.status,
        session,
        credential: this.#issuer.apiRequests.at(-1)?.credential,
      }
    } catch (error) {
      this.thrown.push(error)
      return isProblem(error) ? {exit: error.exit, problem: error, error} : {exit: -1, error}
    } finally {
      await provider.settle?.()
    }
  }

  /** Begins a sign-in; the person has yet to decide. It ends with the scenario at the latest. */
  login(options: LoginOptions = {}, changes: Partial<IdentityRequest> = {}): Promise<LoginResult> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.#over.signal]) : this.#over.signal
    const result = this.#login({browser: false, ...options, signal}, changes)
    // The scenario awaits it later, when the person has decided.
    result.catch((error: unknown) => this.thrown.push(error))
    this.#pending.add(result)
    return result
  }

  async logout(changes: Partial<IdentityRequest> = {}): Promise<LogoutResult> {
    const provider = await this.provider()
    if (!provider.logout) throw new Error('the provider has no logout()')
    try {
      return await provider.logout(this.request(changes))
    } catch (error) {
      this.thrown.push(error)
      throw error
    } finally {
      await provider.settle?.()
    }
  }

  /** Is a session stored, as a new process sees it? Asks without network. */
  async isSignedIn(changes: Partial<IdentityRequest> = {}): Promise<boolean> {
    const provider = await this.provider()
    return (await provider.describe(this.request(changes))).signedIn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    const over = Promise.allSettled(this.#pending).then(() => true)
    // Who does not hear the signal would keep this process alive.
    if (!(await Promise.race([over, sleep(300, false)]))) await this.person.leave()
    await Promise.race([over, sleep(300)])
    await rm(this.#parent, {recursive: true, force: true, maxRetries: 3})
  }

  async #login(options: LoginOptions, changes: Partial<IdentityRequest>): Promise<LoginResult> {
    const provider = await this.provider()
    if (!provider.login) throw new Error('the provider has no login()')
    try {
      return await provider.login(this.request(changes), options)
    } finally {
      await provider.settle?.()
    }
  }

  async #signInThroughLogin(life: TokenLife, changes: Partial<IdentityRequest>): Promise<undefined> {
    const {lifetimeSeconds} = this.#issuer
    if (life === 'expired') this.#issuer.lifetimeSeconds = 1
    const result = this.login({}, changes)
    await Promise.race([this.person.approve(), result])
    await result
    this.#issuer.lifetimeSeconds = lifetimeSeconds
    if (life === 'expired') await sleep(1100)
  }

  #hear(line: string): void {
    this.told.push(line)
    this.person.hear(line)
  }
}
