import type {Scheme, Source, Sourced} from './values.ts'

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
  /**
   * Which credential won: `flag`, `env:SUPERSET_API_KEY`, `env:SUPERSET_TOKEN`, `stored`, `command`, `sandbox`, `workload`.
   */
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
