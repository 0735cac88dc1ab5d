import type {IdentityRequest} from './request.ts'
import type {Session} from './session.ts'
import type {IssuerSettings} from './settings.ts'
import type {LoginMethod, Scheme, Source, Sourced, Storage} from './values.ts'

export type Capability = 'login' | 'logout' | 'migrate' | 'organization' | 'refresh'

export interface LoginOptions {
  /** Organization id or slug to act on afterwards. */
  readonly organization?: string
  /** Sign in with this API key instead of a browser. */
  readonly apiKey?: string
  readonly storage?: Storage
  /** False: print the address, never start a browser. */
  readonly browser?: boolean
  readonly issuer?: string
  readonly clientId?: string
  /** The API that accepts the issuer's tokens. */
  readonly apiUrl?: string
  /** How to get there; unless given, the code flow in a browser, or an API key where one is given. */
  readonly method?: LoginMethod
  /** What else the issuer wants; saved with the profile once the sign-in is done. */
  readonly settings?: IssuerSettings
  /** True: let another account take this profile's place. */
  readonly replace?: boolean
  /** Aborted on Ctrl-C; nothing is stored then. */
  readonly signal?: AbortSignal
}

export interface LoginResult {
  readonly profile: string
  readonly issuer: string
  readonly apiUrl: string
  readonly scheme: Scheme
  /** Absent where nothing is stored. */
  readonly storage?: Storage
  readonly subject?: string
  readonly account?: string
  readonly organization?: {readonly id: string; readonly name?: string}
  readonly expiresAt?: Date
}

export interface LogoutOptions {
  /** True: the profile is removed; what was remembered for it, such as an organization, goes along. */
  readonly forget?: boolean
}

export interface LogoutResult {
  readonly profile: string
  /** False when there was nothing to forget. */
  readonly signedOut: boolean
  readonly account?: string
  /**
   * `revoked`: the server confirmed. `not-sent`: it was not sent, or not confirmed, and the session may live on there; `reason`
   * says which. `none`: nothing to revoke (an API key, say).
   */
  readonly revocation: 'none' | 'not-sent' | 'revoked'
  /** Until when the session may live on at the server; absent where nobody knows how long its tokens live. */
  readonly mayLiveUntil?: Date
  readonly reason?: string
}

export interface RefreshOptions {
  /** Present a generation again whose answer was lost: a person takes the risk knowingly. */
  readonly replay?: boolean
}

export interface RefreshResult {
  /** False when another process had refreshed in the meantime and its result was adopted. */
  readonly refreshed: boolean
  readonly expiresAt?: Date
}

/** What `auth status` prints: known offline, without a keychain prompt, without a secret. */
export interface IdentityDescription {
  readonly signedIn: boolean
  readonly profile: string
  readonly scheme?: Scheme
  readonly source?: Source
  /** Credentials that exist but lose to `source`. */
  readonly hides: readonly Source[]
  readonly issuer?: string
  readonly apiUrl: string
  readonly subject?: string
  readonly account?: string
  readonly organization?: Sourced<string>
  readonly storage?: {readonly kind: Storage; readonly place: string; readonly encrypted: boolean}
  readonly expiresAt?: Date
  readonly expired?: boolean
  /** Whether the session can be renewed; when not, why, and until when it serves. */
  readonly renewable?: boolean
  readonly reason?: string
  /** Warnings for a person, such as plain-text storage. */
  readonly notes: readonly string[]
  /** A fault that makes the stored credential unusable (offline knowledge only). */
  readonly problem?: {
    readonly code: string
    readonly message: string
    readonly suggestions: readonly string[]
    readonly exit: number
  }
}

export interface IdentityProvider {
  readonly name: string
  readonly capabilities: readonly Capability[]
  /**
   * The session for this run, refreshed when it had expired; `undefined` when nobody is signed in. Never opens a
   * browser, never prompts for a sign-in.
   * @throws Problem for every other reason
   */
  session(request: IdentityRequest): Promise<Session | undefined>
  /** Offline and without prompts. Does not throw for a faulty store: it describes the fault. */
  describe(request: IdentityRequest): Promise<IdentityDescription>
  /**
   * What to do when nobody is signed in, in the place of `auth login`: for a provider that leaves signing in to something
   * else. Offline, as `describe()`.
   */
  signInSteps?(request: IdentityRequest): readonly string[]
  login?(request: IdentityRequest, options: LoginOptions): Promise<LoginResult>
  logout?(request: IdentityRequest, options?: LogoutOptions): Promise<LogoutResult>
  refresh?(request: IdentityRequest, options: RefreshOptions): Promise<RefreshResult>
  /** Profiles with a credential in this provider's stores; offline and without prompts. */
  profiles?(request: IdentityRequest): Promise<readonly string[]>
  /** Moves the stored credential to another storage. */
  migrate?(request: IdentityRequest, to: Storage): Promise<LoginResult>
  /** Checks for `doctor`; each passes or fails with a next step. */
  diagnose?(request: IdentityRequest): Promise<readonly Check[]>
  /** What `doctor --fix` does; one line for each thing that was mended. @throws Problem STORE_* (74) */
  repair?(request: IdentityRequest): Promise<readonly string[]>
  /** Called once when the command is done: waits (bounded) for what must not be cut short, such as a refresh in flight. */
  settle?(): Promise<void>
}

export interface Check {
  readonly name: string
  readonly outcome: 'fail' | 'pass' | 'skip'
  readonly message: string
  readonly suggestions?: readonly string[]
}

/** The answer of the custom oclif hook `superset:identity`. */
export type IdentityHook = (options: {readonly request: IdentityRequest}) => Promise<IdentityProvider>
