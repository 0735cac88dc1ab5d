import type {LoginMethod, Storage} from '@superset/identity'

/** The machine-wide policy: what its administrator decided for everybody who uses this machine. */
export interface Policy {
  /** The file that it was read from, for messages. */
  readonly file: string
  readonly identity?: {
    /** Package name of the only identity plugin that may answer. */
    readonly plugin?: string
    /** A semver range that its version must be in. */
    readonly version?: string
    /** Folder with a `node_modules` that holds the plugin: it is loaded from there and nowhere else. */
    readonly site?: string
  }
  readonly login?: {
    readonly issuer?: string
    readonly clientId?: string
    readonly apiUrl?: string
    readonly methods?: readonly LoginMethod[]
    readonly widerScope?: 'refuse'
  }
  readonly storage?: {readonly allowed: readonly Storage[]}
  readonly plugins?: PluginPolicy
  readonly update?: {
    readonly enabled?: boolean
    readonly channel?: string
    readonly host?: string
  }
}

/** Which third-party plugins may be installed and loaded. */
export interface PluginPolicy {
  /** Without a list every plugin is allowed; with an empty one none. */
  readonly allowed?: ReadonlyArray<{
    /** A package name, or a scope: `@acme/*`. */
    readonly name: string
    /** A semver range. */
    readonly version?: string
  }>
  /** Origins and paths of npm registries. */
  readonly registries?: readonly string[]
  readonly installScripts?: boolean
  /** Whether linked folders, tarballs and git addresses may be installed, too. */
  readonly unpublished?: boolean
  readonly signatures?: boolean
  readonly provenance?: boolean
  readonly minimumAgeDays?: number
}
