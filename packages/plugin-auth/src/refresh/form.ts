import type {Binding} from '../model.ts'

/** What an issuer may or may not want to hear again with a refresh. */
export type Parameter = 'resource' | 'scope'

/** The parameters that one request names. */
export type OptionalParameters = Readonly<Record<Parameter, boolean>>

/** As the issuer's settings say. */
export function optionalParameters({resource, scopeOnRefresh}: Binding): OptionalParameters {
  return {resource: resource !== undefined, scope: scopeOnRefresh === true}
}

/**
 * Rows 8 and 9: the other way, for an issuer that refused the usual one; `undefined`: there is none. At the Superset
 * service (`user`) neither is tried: a narrower scope would stick to the new token, and one without a resource is not
 * taken by its API.
 */
export function otherParameters(
  refused: Parameter,
  usual: OptionalParameters,
  binding: Binding,
): OptionalParameters | undefined {
  if (binding.replayPolicy === 'user') return undefined
  if (usual[refused]) return {...usual, [refused]: false}
  return refused === 'scope' && binding.scope ? {...usual, scope: true} : undefined
}

/** RFC 6749 6 and RFC 8707 2.2. */
export function refreshForm(
  binding: Binding,
  refreshToken: string,
  manner: OptionalParameters,
): Record<string, string> {
  const {audience, clientId, resource, scope} = binding
  return {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    ...(manner.resource && resource && {resource}),
    ...(audience && {audience}),
    ...(manner.scope && scope && {scope}),
  }
}
