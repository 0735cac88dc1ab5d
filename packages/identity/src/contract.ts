/**
 * The contract between the host CLI, identity plugins and command plugins. Types only; see docs/identity-plugins.md.
 * Instants are `Date`; durations carry their unit in the name.
 */

/** What a command says of itself in `static identity`; it lands in the oclif manifest. Silence means 'optional'. */
export type Need = 'none' | 'optional' | 'required'

/** How the credential travels: a bearer token (RFC 6750), the service's `x-api-key`, or added by the network around us. */
export type Scheme = 'ambient' | 'api-key' | 'bearer'

/** Where a value came from, so that `auth status` can say what wins and what it hides. */
export type Source =
  'config' | 'default' | 'flag' | 'policy' | 'profile' | 'sandbox' | 'stored' | 'token' | `env:${string}`

export interface Sourced<T> {
  readonly value: T
  readonly source: Source
}

/** What commands get. It is bound to one API origin and one issuer and never sends its credential elsewhere. */
export interface Session {
  /** OpenID issuer or, for an API key, the API's origin. */
  readonly issuer: string
  /** The API's origin, without a trailing slash. */
  readonly apiUrl: string
  readonly profile: string
  /** The `sub` claim; unknown for a key or token that came from outside. */
  readonly subject?: string
  /** What a person calls the account (an e-mail address, as a rule). */
  readonly account?: string
  /** The organization that commands act on, and who chose it. */
  readonly organization?: Sourced<string>
  /** By the server's clock. Absent when it is not known or the credential does not expire. */
  readonly expiresAt?: Date
  readonly scheme: Scheme
  /** Which credential won: `flag`, `env:SUPERSET_API_KEY`, `env:SUPERSET_TOKEN`, `stored`, `sandbox`. */
  readonly source: Source
  /**
   * `fetch` with the credential, for this session's own API only; a path is resolved against `apiUrl`. Redirects are
   * not followed. On a 401 the session is refreshed once and the request sent once more.
   * @throws Problem ORIGIN_FOREIGN (78) for another origin; AUTH_* as `token()`
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /**
   * The bare credential, refreshed when due. Never print or log it, except where a person asked for just that.
   * @throws Problem AUTH_ENDED (4), AUTH_UNREACHABLE (75), STORE_* (74), … as the exit codes of the README say
   */
  token(): Promise<string>
  /** Remembers the organization that later commands act on. Absent where nothing can be remembered. */
  selectOrganization?(id: string): Promise<void>
}

/** Secrets that the host took out of `process.env` before anything else ran; no child process inherits them. */
export interface Secrets {
  readonly apiKey?: string
  readonly token?: string
  readonly storageKey?: string
}

export type Storage = 'file' | 'key' | 'keychain'

/** All that a provider may know of this run. Built by the host from flags, environment and configuration. */
export interface IdentityRequest {
  /** Name of the executable, for messages. */
  readonly bin: string
  readonly version: string
  /** `SUPERSET_HOME_DIR`, by default `~/.superset`. Absolute; may not exist yet. */
  readonly homeDir: string
  readonly profile: string
  /** `SUPERSET_API_URL` or the default; an origin without a trailing slash. */
  readonly apiUrl: Sourced<string>
  /** The origin that a stored credential belongs to when nothing recorded says otherwise, whatever `apiUrl` names. */
  readonly defaultApiUrl: string
  readonly webUrl: Sourced<string>
  readonly issuer?: Sourced<string>
  readonly clientId: Sourced<string>
  readonly storage?: Sourced<Storage>
  readonly organization?: Sourced<string>
  /** `--api-key` of this invocation. */
  readonly apiKeyFlag?: string
  readonly secrets: Secrets
  /** Set inside a cloud sandbox: the network adds the credential (`SUPERSET_SANDBOX_WORKSPACE_ID`). */
  readonly sandboxWorkspaceId?: string
  /** True when a person can be asked: stdin and stderr are terminals, neither CI nor agent mode. */
  readonly interactive: boolean
  /** True when a coding agent or CI runs us: JSON is the default output then. */
  readonly agentMode: boolean
  /** One line for the person, on stderr. */
  readonly tell: (line: string) => void
}

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
  readonly storage: Storage
  readonly subject?: string
  readonly account?: string
  readonly organization?: {readonly id: string; readonly name?: string}
  readonly expiresAt?: Date
}

export interface LogoutResult {
  readonly profile: string
  /** False when there was nothing to forget. */
  readonly signedOut: boolean
  readonly account?: string
  /** `revoked`: the server confirmed. `not-sent`: see `mayLiveUntil`. `none`: nothing to revoke (an API key, say). */
  readonly revocation: 'none' | 'not-sent' | 'revoked'
  /** Until when the session may live on at the server. */
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
  login?(request: IdentityRequest, options: LoginOptions): Promise<LoginResult>
  logout?(request: IdentityRequest): Promise<LogoutResult>
  refresh?(request: IdentityRequest, options: RefreshOptions): Promise<RefreshResult>
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
