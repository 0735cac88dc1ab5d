import assert from 'node:assert/strict'
import {
  type IdentityRequest,
  type LoginOptions,
  type LoginResult,
  type ProfileSettings,
  type SettingsChange,
} from '@superset/identity'
import {approveOidc, type OidcProvider, type Quirks, startOidcProvider} from '@superset/foreign-issuer'
import {type Sandbox} from '@superset/sandbox'
// As it is built, for its refresh helpers start in half the time of their sources.
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {tempHome, type TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'
import {Configuration} from '../../src/configuration/configuration.ts'
import {readEnvironment} from '../../src/env.ts'
import {buildRequest} from '../../src/identity/request.ts'

const STORAGE_KEY = '7'.repeat(64)

export interface IssuerStageOptions {
  /** May be changed while the provider runs, where a request is what meets them. */
  readonly quirks?: Quirks
  readonly accessTokenSeconds?: number
  /** In the place of saving to the profile's file. */
  readonly remember?: (change: SettingsChange) => Promise<void>
}

/** A fresh home, an organisation's own issuer with its manners, and a service whose API takes its tokens. */
export class IssuerStage implements AsyncDisposable {
  readonly told: string[] = []
  readonly sandbox: Sandbox
  readonly issuer: OidcProvider
  readonly #home: TempHome
  readonly #options: IssuerStageOptions

  private constructor(sandbox: Sandbox, issuer: OidcProvider, home: TempHome, options: IssuerStageOptions) {
    this.sandbox = sandbox
    this.issuer = issuer
    this.#home = home
    this.#options = options
  }

  static async open(sandbox: Sandbox, options: IssuerStageOptions = {}): Promise<IssuerStage> {
    const {accessTokenSeconds = 600, quirks = {}} = options
    const issuer = await startOidcProvider({resource: sandbox.url, accessTokenSeconds, quirks})
    sandbox.trust(issuer.url)
    return new IssuerStage(sandbox, issuer, await tempHome(), options)
  }

  /** What was saved for the profile, as its file says. */
  get saved(): ProfileSettings {
    return new Configuration(this.#home.homeDir).profile('work')
  }

  /** What the host builds for `--profile work`. */
  request(env: Readonly<Record<string, string>> = {}): IdentityRequest {
    const configuration = new Configuration(this.#home.homeDir)
    const secrets = {storageKey: STORAGE_KEY}
    return buildRequest({
      program: {bin: 'superset', version: '1.0.0'},
      profile: 'work',
      environment: readEnvironment({SUPERSET_HOME_DIR: this.#home.homeDir, ...env}, secrets),
      secrets,
      flags: {},
      saved: {
        settings: configuration.profile('work'),
        remember: this.#options.remember ?? (async (change) => configuration.saveProfile('work', change)),
      },
      terminal: {attended: false, tell: (line) => void this.told.push(line)},
    })
  }

  /** The flags of a first sign-in. */
  get flags(): LoginOptions {
    return {issuer: this.issuer.url, apiUrl: this.sandbox.url}
  }

  /** `auth login`, and a person who allows it. */
  async login(options: LoginOptions, env?: Readonly<Record<string, string>>): Promise<LoginResult> {
    const shown = Promise.withResolvers<string>()
    const request = {
      ...this.request(env),
      tell: (line: string) => {
        this.told.push(line)
        if (/^ {2}http/.test(line)) shown.resolve(line.trim())
      },
    }
    const result = new AuthProvider().login(request, {browser: false, ...options})
    result.catch(shown.reject)
    await approveOidc(await shown.promise, {email: this.sandbox.users.admin.email})
    return result
  }

  /** What any command does: asks the API with the session of the profile. */
  async ask(): Promise<number> {
    const provider = new AuthProvider()
    try {
      const session = await provider.session(this.request())
      assert.ok(session, 'signed in')
      return (await session.fetch('/api/trpc/user.me')).status
    } finally {
      await provider.settle()
    }
  }

  refresh() {
    return new AuthProvider().refresh(this.request(), {})
  }

  describe() {
    return new AuthProvider().describe(this.request())
  }

  logout() {
    return new AuthProvider().logout(this.request())
  }

  /** Refreshes that reached the issuer, as it judged them. */
  get refreshes(): readonly {
    readonly status: number | undefined
    readonly scope: string | undefined
    readonly resource: string | undefined
  }[] {
    return this.issuer.journal.token
      .filter(({grant}) => grant === 'refresh_token')
      .map(({resource, scope, status}) => ({status, scope, resource}))
  }

  /** Parameters of the last address that was shown. */
  get asked(): URLSearchParams {
    return new URL(this.told.findLast((line) => /^ {2}http/.test(line))?.trim() ?? '').searchParams
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.issuer.close()
    await this.#home[Symbol.asyncDispose]()
  }
}
