import {EXIT, type IdentityRequest, type Source, variableOf} from '@superset/identity'
import {problem} from '../problem.ts'
import type {Binding, Credential, SessionStore} from '../model.ts'
import {checkStored} from '../policy.ts'

/**
 * Whether this run may use what is stored: the one judgement of `session()`, `auth status` and `doctor`, before anything
 * is read from a keychain, or sent.
 * @throws Problem STORE_* (74, 78) of a broken store, POLICY_REFUSED (77), ORIGIN_MISMATCH, ORIGIN_UNNAMED (78)
 */
export function checkUsable(
  store: Pick<SessionStore, 'binding' | 'broken' | 'place' | 'storage'>,
  kind: Credential['kind'],
  request: Pick<IdentityRequest, 'apiUrl' | 'bin' | 'policy'>,
): void {
  if (store.broken !== undefined) throw store.broken
  checkStored(store, kind, request)
  if (store.binding.apiUrlAssumed) checkAssumedOrigin(store, kind, request)
  else checkOrigin(store.binding, request)
}

/** Of what the previous client stored without a word about its API, that it is for the default one is a guess. */
function checkAssumedOrigin(
  {binding, place}: Pick<SessionStore, 'binding' | 'place'>,
  kind: Credential['kind'],
  {apiUrl, bin}: Pick<IdentityRequest, 'apiUrl' | 'bin'>,
): void {
  if (apiUrl.source === 'default' || apiUrl.value === binding.apiUrl) return
  const {profile} = binding
  const variable = variableOf(apiUrl.source)
  const what = kind === 'api-key' ? 'API key' : 'session'
  throw problem(
    'ORIGIN_UNNAMED',
    EXIT.configuration,
    `The ${what} in ${place} does not say which API it is for, so it is kept for ${binding.apiUrl}; ${namerOf(apiUrl.source, profile)} names ${apiUrl.value}. Nothing was sent.`,
    [
      kind === 'api-key'
        ? `If it is for ${apiUrl.value}, sign in with it there: \`${bin} auth login --with-api-key\`.`
        : `Sign in there: \`${bin} auth login\`.`,
      ...(variable === undefined ? [] : [`Or unset ${variable}.`]),
    ],
    {profile},
  )
}

/**
 * A stored credential belongs to one origin; naming another one is refused before anything is read or sent.
 * @throws Problem ORIGIN_MISMATCH (78)
 */
export function checkOrigin(binding: Binding, {apiUrl, bin}: Pick<IdentityRequest, 'apiUrl' | 'bin'>): void {
  if (apiUrl.source === 'default' || apiUrl.value === binding.apiUrl) return
  const {profile} = binding
  const variable = variableOf(apiUrl.source)
  throw problem(
    'ORIGIN_MISMATCH',
    EXIT.configuration,
    `You are signed in to ${binding.apiUrl}, but ${namerOf(apiUrl.source, profile)} names ${apiUrl.value}; nothing was sent.`,
    variable === undefined
      ? [
          `Sign in there: \`${bin} auth login --profile ${profile}\`.`,
          ...(apiUrl.source === 'policy'
            ? []
            : [`Or at the first one again: \`${bin} auth login --profile ${profile} --api-url ${binding.apiUrl}\`.`]),
        ]
      : [
          `Unset ${variable}.`,
          `Or use the profile of that API: \`${bin} auth list\` shows them.`,
          `Or sign in there: \`${bin} auth login\`.`,
        ],
    {profile, issuer: binding.issuer},
  )
}

function namerOf(source: Source, profile: string): string {
  return variableOf(source) ?? (source === 'policy' ? "this machine's policy" : `the profile's settings (${profile})`)
}
