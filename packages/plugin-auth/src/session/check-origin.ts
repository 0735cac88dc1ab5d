import {EXIT, type IdentityRequest, Problem} from '@superset/identity'
import type {Binding} from '../model.ts'

/**
 * A stored credential belongs to one origin; naming another one is refused before anything is read or sent.
 * @throws Problem ORIGIN_MISMATCH (78)
 */
export function checkOrigin(binding: Binding, {apiUrl, bin}: Pick<IdentityRequest, 'apiUrl' | 'bin'>): void {
  if (apiUrl.source === 'default' || apiUrl.value === binding.apiUrl) return
  throw new Problem({
    code: 'ORIGIN_MISMATCH',
    message: `You are signed in to ${binding.apiUrl}, but SUPERSET_API_URL names ${apiUrl.value}; nothing was sent.`,
    exit: EXIT.configuration,
    profile: binding.profile,
    issuer: binding.issuer,
    suggestions: ['Unset SUPERSET_API_URL.', `Or sign in there: \`${bin} auth login\`.`],
  })
}
