import type {Source, Sourced} from '@superset/identity'

/** The bundled identity plugin, the default. */
export const BUNDLED = '@superset/plugin-auth'

/** Package names of identity plugins by who may name one. Policy and configuration come with later versions. */
export interface Choices {
  readonly policy?: string
  readonly environment?: Sourced<string>
  readonly config?: string
}

export interface Choice {
  readonly plugin: string
  readonly source: Source
}

/** policy > `SUPERSET_IDENTITY` > configuration > the bundled plugin. */
export function chooseIdentity({policy, environment, config}: Choices): Choice {
  if (policy !== undefined) return {plugin: policy, source: 'policy'}
  if (environment) return {plugin: environment.value, source: environment.source}
  if (config !== undefined) return {plugin: config, source: 'config'}
  return {plugin: BUNDLED, source: 'default'}
}
