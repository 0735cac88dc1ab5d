import type {Source, Sourced} from '@superset/identity'

/** The bundled identity plugin, the default. */
export const BUNDLED = '@superset/plugin-auth'

/** Package names of identity plugins by who may name one. */
export interface Choices {
  readonly policy?: {readonly plugin: string; readonly file: string} | undefined
  readonly environment?: Sourced<string> | undefined
  /** The setting of the profile in use. */
  readonly profile?: string | undefined
  /** `superset identity use`. */
  readonly config?: string | undefined
}

export interface Choice {
  readonly plugin: string
  readonly source: Source
  /** The policy file, where the policy chose. */
  readonly file?: string
}

/** policy > `SUPERSET_IDENTITY` > the profile's setting > configuration > the bundled plugin. */
export function chooseIdentity({policy, environment, profile, config}: Choices): Choice {
  if (policy) return {plugin: policy.plugin, source: 'policy', file: policy.file}
  if (environment) return {plugin: environment.value, source: environment.source}
  if (profile !== undefined) return {plugin: profile, source: 'profile'}
  if (config !== undefined) return {plugin: config, source: 'config'}
  return {plugin: BUNDLED, source: 'default'}
}
