/**
 * The contract between the host CLI, identity plugins and command plugins; see docs/identity-plugins.md. The words that
 * its other files are made of. Instants are `Date`; durations carry their unit in the name.
 */

/** What a command says of itself in `static identity`; it lands in the oclif manifest. Silence means 'optional'. */
export type Need = 'none' | 'optional' | 'required'

/** How the credential travels: a bearer token (RFC 6750), the service's `x-api-key`, or added by the network around us. */
export type Scheme = 'ambient' | 'api-key' | 'bearer'

/** Where a value came from, so that `auth status` can say what wins and what it hides. */
export type Source =
  'command' | 'config' | 'default' | 'flag' | 'policy' | 'profile' | 'sandbox' | 'stored' | 'workload' | `env:${string}`

/** A value, and who set it. */
export interface Sourced<T> {
  readonly value: T
  readonly source: Source
}

/** Where a credential is kept: plain text, sealed under a key of the environment, sealed under a key in the keychain. */
export type Storage = 'file' | 'key' | 'keychain'

/**
 * The ways to a credential that a policy can allow or forbid: the authorization code flow, the device grant (RFC 8628),
 * an API key, a token exchanged for a workload's identity (RFC 8693), a bearer token from outside (`SUPERSET_TOKEN`).
 */
export type LoginMethod = 'api-key' | 'browser' | 'device' | 'token' | 'workload'
