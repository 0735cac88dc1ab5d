import type {IdentityRequest} from './request.ts'
import type {Session} from './session.ts'
import type {IssuerSettings} from './settings.ts'
import type {LoginMethod, Scheme, Source, Sourced, Storage} from './values.ts'

/**
 * What an identity plugin answers with, and all that the CLI asks of it: a session, what there is to say about it, and, as
 * far as the plugin can, signing in and out. Each method may be called in any number of processes at the same time; what it
 * must hold then is in docs/identity-plugins.md. Methods reject with a `Problem`, whose message and exit code the user sees.
 */
export interface IdentityProvider {
  /** The package's name; messages say it. */
  readonly name: string
  /** The optional methods that can be called now: `login`, `logout`, `migrate`, `refresh`; or that organizations are kept. */
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
  /**
   * Signs a person in, and stores the session under the profile.
   * @throws Problem LOGIN_* or AUTH_* (4, 77, 130) when it comes to nothing; nothing is stored then
   */
  login?(request: IdentityRequest, options: LoginOptions): Promise<LoginResult>
  /** Revokes the session at the issuer (RFC 7009) and removes it here, whether or not the issuer could be asked. */
  logout?(request: IdentityRequest, options?: LogoutOptions): Promise<LogoutResult>
  /** Renews the session now, though it still serves. @throws Problem AUTH_ENDED (4), AUTH_UNREACHABLE (75) */
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

/** What a provider can do besides giving a session. */
export type Capability = 'login' | 'logout' | 'migrate' | 'organization' | 'refresh'

/** What `auth login` was told by its flags. */
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

/** Who is signed in now, and where that is kept. */
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

/** What `auth logout` was told by its flags. */
export interface LogoutOptions {
  /** True: the profile is removed; what was remembered for it, such as an organization, goes along. */
  readonly forget?: boolean
}

/** What became of the session, here and at the server. */
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

/** What `auth refresh` was told by its flags. */
export interface RefreshOptions {
  /** Present a generation again whose answer was lost: a person takes the risk knowingly. */
  readonly replay?: boolean
}

/** Whether the session was renewed, and until when it serves. */
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

/** One finding of `doctor`. */
export interface Check {
  readonly name: string
  /** `warn`: it works now, and somebody should know. `skip`: nothing to look at, or not looked at for another failure. */
  readonly outcome: 'fail' | 'pass' | 'skip' | 'warn'
  /** What was found, and what it means. */
  readonly message: string
  /** What mends it: whole sentences or commands that exist. */
  readonly suggestions?: readonly string[]
}

/** The answer of the custom oclif hook `superset:identity`. */
export type IdentityHook = (options: {readonly request: IdentityRequest}) => Promise<IdentityProvider>
