import {accessTokenClaims} from '../../jwt-claims.ts'
import type {Credential, Generation, Head, Stored, Tokens} from '../../model.ts'
import {digestOf} from '../../token-digest.ts'
import {plainSessionId, type Place} from '../files/layout.ts'
import type {ProfileIndex} from '../profile-index/read.ts'
import {bindingOfKey, bindingOfSession, fingerprintOf, type Defaults} from './binding.ts'
import type {PlainAuth, PlainDocument} from './config-file.ts'

/** RFC 6749 5.1 leaves `expires_in` out at times; the incumbent, which shares this file, reckons with an hour then. */
export const UNKNOWN_LIFETIME_MS = 60 * 60 * 1000

/** One credential of a plain-text file, with all that we know of it. `undefined`: there is none of that kind. */
export function storedIn(
  document: PlainDocument,
  kind: Credential['kind'],
  place: Place,
  defaults: Defaults,
  index: ProfileIndex | undefined,
): Stored | undefined {
  const {auth, apiKey} = document.section
  const sessionId = plainSessionId(place.profile)
  if (kind === 'api-key') {
    if (apiKey === undefined) return undefined
    return {
      generation: {sessionId, sequence: fingerprintOf(apiKey), digest: ''},
      binding: bindingOfKey(apiKey, place.profile, defaults, index),
      credential: {kind, apiKey},
    }
  }

  if (auth === undefined) return undefined
  return {
    generation: generationOf(auth, sessionId),
    binding: bindingOfSession(auth, place.profile, defaults, index),
    credential: {kind, tokens: tokensOf(auth)},
  }
}

export function generationOf(auth: PlainAuth, sessionId: string): Generation {
  return {sessionId, sequence: fingerprintOf(auth.accessToken), digest: digestOf(auth.refreshToken)}
}

/** The file's `expiresAt` was reckoned by the writer's clock, which is ours: no offset. */
function tokensOf(auth: PlainAuth): Tokens {
  const claims = accessTokenClaims(auth.accessToken)
  const granted =
    claims.issuedAt !== undefined && claims.expiresAt !== undefined ? claims.expiresAt - claims.issuedAt : 0
  const lifetimeMs = granted > 0 ? granted * 1000 : undefined
  return {
    accessToken: auth.accessToken,
    ...(auth.refreshToken !== undefined && {refreshToken: auth.refreshToken}),
    expiresAt: auth.expiresAt,
    ...(lifetimeMs !== undefined && {lifetimeMs}),
    clockOffsetMs: 0,
    receivedAt: Math.min(Date.now(), auth.expiresAt - (lifetimeMs ?? UNKNOWN_LIFETIME_MS)),
  }
}

export function headOfPlain(stored: Stored | undefined): Head | undefined {
  if (stored === undefined) return undefined
  const {generation, credential} = stored
  if (credential.kind === 'api-key') {
    return {generation, kind: 'api-key', renewable: false, clockOffsetMs: 0, receivedAt: 0}
  }

  const {expiresAt, lifetimeMs, clockOffsetMs, receivedAt} = credential.tokens
  return {
    generation,
    kind: 'oauth',
    renewable: generation.digest !== '',
    ...(expiresAt !== undefined && {expiresAt}),
    ...(lifetimeMs !== undefined && {lifetimeMs}),
    clockOffsetMs,
    receivedAt,
  }
}
