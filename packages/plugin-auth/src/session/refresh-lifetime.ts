import {peekClaims} from '../jwt-claims.ts'
import type {Binding, Tokens} from '../model.ts'
import {replayPolicyOf} from '../settings.ts'

/** The Superset service's refresh tokens live 30 days from their last rotation. */
const SERVICE_LIFETIME_MS = 30 * 24 * 3600 * 1000

/**
 * How long the issuer lets a refresh token live, in ms, as far as that is known: OAuth has no parameter for it. Some issuers'
 * refresh tokens are JWTs that say so; of the service it is known; of anybody else nothing is claimed.
 */
export function refreshLifetimeMs({refreshToken = ''}: Tokens, binding: Binding): number | undefined {
  const {exp, iat} = peekClaims(refreshToken)
  if (typeof exp === 'number' && typeof iat === 'number' && exp > iat) return (exp - iat) * 1000
  return isService(binding) ? SERVICE_LIFETIME_MS : undefined
}

/** The service is its own issuer, and known to end all of a user's sessions on a replay. */
function isService({apiUrl, issuer, replayPolicy}: Binding): boolean {
  return replayPolicy === 'user' && replayPolicyOf(issuer, apiUrl) === 'user'
}
