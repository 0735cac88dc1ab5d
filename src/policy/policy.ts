import type {LoginMethod, Storage} from '@superset/identity'

/**
 * The machine-wide policy: what its administrator decided for everybody who uses this machine. `schemas/policy.schema.json` says
 * what each key means and what is valid; this is its shape for the compiler.
 */
export interface Policy {
  /** The file that it was read from, for messages. */
  readonly file: string
  readonly identity?: {
    readonly plugin?: string
    readonly version?: string
    readonly site?: string
  }
  readonly login?: {
    readonly issuer?: string
    readonly clientId?: string
    /** An origin without a trailing slash. */
    readonly apiUrl?: string
    readonly methods?: readonly AllowedMethod[]
    readonly widerScope?: 'refuse'
  }
  readonly storage?: {readonly allowed: readonly Storage[]}
  readonly plugins?: PluginPolicy
  /** Of the CLI itself. */
  readonly update?: {
    readonly enabled?: boolean
    readonly channel?: string
    readonly host?: string
    /** Whether it may update by itself. */
    readonly auto?: boolean
    /** The oldest version that runs. */
    readonly minimum?: string
  }
}

/** `sandbox`: the ambient credential of a cloud sandbox, which nobody signs in with. */
export type AllowedMethod = LoginMethod | 'sandbox'

/** Which third-party plugins may be installed and loaded. */
export interface PluginPolicy {
  readonly allowed?: ReadonlyArray<{
    /** A package name, or a scope: `@acme/*`. */
    readonly name: string
    /** A semver range. */
    readonly version?: string
  }>
  /** Each with a slash at its end. */
  readonly registries?: readonly string[]
  readonly installScripts?: boolean
  readonly unpublished?: boolean
  readonly minimumAgeDays?: number
  readonly signatures?: {readonly keys: readonly RegistryKey[]}
  readonly provenance?: ProvenancePolicy
}

/** A key that a registry signs `name@version:integrity` with, as it publishes it under `/-/npm/v1/keys`. */
export interface RegistryKey {
  readonly keyid: string
  /** SPKI in DER, base64. */
  readonly key: string
  /** ISO 8601; what was published later must be signed with another one. */
  readonly expires?: string | null
}

/** What a plugin must prove of its build. */
export interface ProvenancePolicy {
  /** File of a Sigstore trusted root, of the administrator's as the policy is. */
  readonly trustRoot: string
  /** Addresses of source repositories, or of all of an owner: `https://github.com/acme/*`. */
  readonly repositories: readonly string[]
  /** Who vouches for the workflow: issuer of its OpenID token. */
  readonly issuer?: string
  /** SLSA builder ids; without them any. */
  readonly builders?: readonly string[]
}
