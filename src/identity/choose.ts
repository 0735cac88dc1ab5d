import type {Source, Sourced} from '@superset/identity'

/** The bundled identity plugin, the default. */
export const BUNDLED = '@superset/plugin-auth'

/** What the policy pins. */
interface PinnedPlugin {
  readonly plugin: string
  /** The policy file. */
  readonly file: string
  /** The folder that the plugin is loaded from, if the policy names one. */
  readonly site?: string
}

/** Package names of identity plugins by who may name one. */
export interface Choices {
  readonly policy?: PinnedPlugin | undefined
  readonly environment?: Sourced<string> | undefined
  /** The setting of the profile in use. */
  readonly profile?: string | undefined
  /** `superset identity use`. */
  readonly config?: string | undefined
}

export interface Choice extends Partial<PinnedPlugin> {
  readonly plugin: string
  readonly source: Source
}

/** policy > `SUPERSET_IDENTITY` > the profile's setting > configuration > the bundled plugin. */
export function chooseIdentity({policy, environment, profile, config}: Choices): Choice {
  if (policy) return {...policy, source: 'policy'}
  if (environment) return {plugin: environment.value, source: environment.source}
  if (profile !== undefined) return {plugin: profile, source: 'profile'}
  if (config !== undefined) return {plugin: config, source: 'config'}
  return {plugin: BUNDLED, source: 'default'}
}
