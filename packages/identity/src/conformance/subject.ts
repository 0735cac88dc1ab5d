import type {IdentityProvider} from '../provider.ts'
import type {IdentityRequest} from '../request.ts'

/** The provider under test, as its author describes it to the kit. */
export interface ConformanceSubject {
  /** Package name and version, for the report. */
  readonly name: string
  readonly version: string
  /**
   * How a person comes to a session. `code-flow`: `login()` sends them to the issuer's authorization endpoint, which ends
   * at a loopback address (RFC 8252). `elsewhere`: another program or service has the credential, and there is no such
   * sign-in.
   */
  readonly signIn: 'code-flow' | 'elsewhere'
  /**
   * How a credential that has ended is replaced: with a refresh token at the issuer's token endpoint, by asking its
   * source again, or not at all.
   */
  readonly renewal: 'none' | 'refresh-token' | 'source'
  /** True when the API key and the token of `request.secrets` are honoured. */
  readonly outsideCredentials?: boolean
  /** Optional methods that the provider has: each is shown, too. */
  readonly methods?: ReadonlyArray<'profiles' | 'refresh'>
  /** A provider as a new process would make it: it shares nothing with the last one but the home folder. */
  open(): IdentityProvider | Promise<IdentityProvider>
  /** What every request for this home needs besides: a storage key, settings of the plugin. Called once for a home. */
  request?(home: ConformanceHome): Partial<IdentityRequest> | Promise<Partial<IdentityRequest>>
  /** The settings of a profile, where the session depends on them: what is in the configuration. Asked for each request. */
  settings?(request: IdentityRequest): Readonly<Record<string, unknown>>
  /**
   * Signs a home in without a person. Without it the kit signs in through `login()`, and what needs a session that is
   * about to end cannot be shown. Needed when `signIn` is `elsewhere`.
   */
  seed?(grant: ConformanceGrant, request: IdentityRequest): Promise<void>
  /** Damages what is stored for a signed-in home, as a failing disk would. */
  damage?(request: IdentityRequest): Promise<void>
  /** `import.meta.url` of the module that exports this subject: some scenarios run it in processes of their own. */
  readonly module?: string
}

/** A home that the kit made for one scenario. */
export interface ConformanceHome {
  readonly homeDir: string
  readonly issuer: string
  /** `elsewhere`: GET answers `{token, expiresAt}` with a new credential, as some other program would. */
  readonly credentialUrl: string
}

/** A session that the issuer has granted. */
export interface ConformanceGrant {
  readonly issuer: string
  readonly apiUrl: string
  readonly clientId: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly scope: string
  readonly subject: string
  readonly account: string
  /** When the access token ends; may be over. */
  readonly expiresAt: Date
  /** For how long it was granted. */
  readonly lifetimeSeconds: number
  readonly credentialUrl: string
}
