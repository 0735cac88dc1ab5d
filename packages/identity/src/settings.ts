import type {Storage} from './values.ts'

/**
 * How to sign in at one issuer, and for which API. All of it is data: an organisation that runs its own issuer needs
 * nothing else. What is absent has the provider's default.
 */
export interface IssuerSettings {
  /** Exactly as the issuer writes itself (RFC 8414 3.3). It goes with the API that accepts its tokens. */
  readonly issuer?: string
  readonly clientId?: string
  /** An origin without a trailing slash. */
  readonly apiUrl?: string
  readonly webUrl?: string
  /** Space-separated (RFC 6749 3.3); `openid profile email offline_access` unless given. */
  readonly scope?: string
  /** RFC 8707, with every request for a token; the API's origin unless given. `none`: the issuer refuses the parameter. */
  readonly resource?: string
  /** The parameter of issuers that know no `resource`. */
  readonly audience?: string
  /** What a second presentation of a refresh token ends at this issuer. */
  readonly replayPolicy?: 'none' | 'session' | 'user' | {readonly graceMs: number}
  /** True: a refresh names the scope, too, because this issuer wants it (RFC 6749 6 lets it be left out). */
  readonly scopeOnRefresh?: boolean
  /** Further parameters of the authorization request, such as `domain_hint`. None of them may replace one of ours. */
  readonly authorizeParameters?: Readonly<Record<string, string>>
  /** Ports of the loopback redirect address that are registered; others are not tried then. */
  readonly redirectPorts?: readonly number[]
  /** Host of that address, for an issuer that has it registered by name: `127.0.0.1` unless given (RFC 8252 7.3). */
  readonly redirectHost?: '127.0.0.1' | 'localhost'
  readonly redirectPath?: string
  /** Further hosts that the page of the device grant may be on, such as `www.google.com`; the issuer's own always may. */
  readonly deviceHosts?: readonly string[]
  /** The claim that names the account to a person; `email`, `preferred_username`, `name`, `sub` unless given. */
  readonly accountClaim?: string
  /** For an issuer that says nothing about the lifetime of its access tokens. */
  readonly accessTokenSeconds?: number
}

/** A change of settings: what is `undefined` is removed, what is not named stays. */
export type SettingsChange = {readonly [Key in keyof ProfileSettings]?: ProfileSettings[Key] | undefined}

/** Where a workload's own token comes from, to be exchanged at the issuer (RFC 8693). */
export type WorkloadSource = 'github' | 'gitlab' | `env:${string}` | `file:${string}`

/** How a machine signs in with the identity that it has already. */
export interface WorkloadSettings {
  readonly from: WorkloadSource
  /** The audience that the workload's token is requested for; the issuer unless given. */
  readonly audience?: string
}

/** What is saved under a profile's name. Never a secret: those live in the provider's stores. */
export interface ProfileSettings extends IssuerSettings {
  /** Package name of the identity plugin that serves this profile. */
  readonly identity?: string
  readonly storage?: Storage
  readonly workload?: WorkloadSettings
  /** Settings of identity plugins, by package name; the host keeps them and knows nothing of them. */
  readonly plugins?: Readonly<Record<string, unknown>>
}
