import {accessTokenClaims} from '../../jwt-claims.ts'
import type {Credential, Generation, Head, StoredSession, Tokens} from '../../model.ts'
import {digestOf} from '../../token-digest.ts'
import {plainSessionId, type Place} from '../../files/layout.ts'
import {isMadeElsewhere} from '../../files/machine.ts'
import type {ProfileIndex} from '../profile-index/read.ts'
import {bindingOfKey, bindingOfSession, fingerprintOf, isNotedFor, type Defaults} from './binding.ts'
import type {PlainAuth, PlainDocument} from './config-file.ts'
import {findKept} from './kept.ts'

/** RFC 6749 5.1 leaves `expires_in` out at times; the incumbent, which shares this file, reckons with an hour then. */
export const UNKNOWN_LIFETIME_MS = 60 * 60 * 1000

/** A credential of a plain-text file, and what its head says beyond it. */
export interface PlainStored {
  readonly stored: StoredSession
  readonly madeElsewhere: boolean
  readonly keptIn?: string
}

/** One credential of a plain-text file, with all that we know of it. `undefined`: there is none of that kind. */
export async function storedIn(
  document: PlainDocument,
  kind: Credential['kind'],
  place: Place,
  defaults: Defaults,
  index: ProfileIndex | undefined,
): Promise<PlainStored | undefined> {
  const {auth, apiKey} = document.section
  const sessionId = plainSessionId(place.profile)
  if (kind === 'api-key') {
    if (apiKey === undefined) return undefined
    const generation = {sessionId, sequence: fingerprintOf(apiKey), digest: ''}
    const binding = bindingOfKey(apiKey, place.profile, defaults, index)
    return {stored: {generation, binding, credential: {kind, apiKey}}, madeElsewhere: false}
  }

  if (auth === undefined) return undefined
  const binding = bindingOfSession(auth, place.profile, defaults, index)
  const kept = await findKept(auth)
  // Another program's session has no note of ours: nobody knows then where it was made.
  const machine = isNotedFor(auth.accessToken, index) ? index.machine : undefined
  const current = kept?.auth ?? auth
  return {
    stored: {
      generation: generationOf(current, sessionId),
      binding,
      credential: {kind, tokens: tokensOf(current)},
      ...(machine !== undefined && {machine}),
    },
    madeElsewhere: machine !== undefined && (await isMadeElsewhere(machine)),
    ...(kept && {keptIn: kept.folder}),
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

export function headOfPlain(found: PlainStored | undefined): Head | undefined {
  if (found === undefined) return undefined
  const {stored, ...more} = found
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
    ...more,
  }
}
