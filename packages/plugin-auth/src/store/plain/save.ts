import {setTimeout as delay} from 'node:timers/promises'

import {accessTokenClaims} from '../../jwt-claims.ts'
import type {Binding, Credential, Generation, SaveResult, Tokens} from '../../model.ts'
import {withConfigLock} from '../files/config-lock.ts'
import type {Draft} from '../files/durable-write.ts'
import {plainSessionId, type Place} from '../files/layout.ts'
import {readIndexIfSound} from '../profile-index/read.ts'
import {writeIndex} from '../profile-index/write.ts'
import {fingerprintOf, secretOf} from './binding.ts'
import {readPlain, type PlainAuth} from './config-file.ts'
import {generationOf, UNKNOWN_LIFETIME_MS} from './contents.ts'
import {replacePlain} from './replace.ts'

const ATTEMPTS = 4

/**
 * Saves refreshed tokens into the plain-text file. Its second writer (the incumbent's host service) knows no lock of
 * ours: if the stored refresh token is no longer the one that was presented, its session is the newer one and stays.
 *
 * Interleaving that remains: that program renames its file between our last look and our rename(2), some microseconds.
 * @throws Problem STORE_* (74), CONFIG_FILE_INVALID (78)
 */
export function savePlain(
  place: Place,
  replaced: Generation,
  tokens: Tokens,
  binding: Binding,
  reserved: Draft | undefined,
): Promise<SaveResult> {
  return withConfigLock(place.homeDir, true, async () => {
    let draft = reserved
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await saveOnce(place, replaced, tokens, draft)
        if (result === undefined) continue
        if (result.outcome === 'saved') await Promise.allSettled([noteBinding(place, binding, {kind: 'oauth', tokens})])
        return result
      } catch (error) {
        // The old token is spent: a disk that fails for a moment must not cost the session.
        if (attempt >= ATTEMPTS) throw error
        await delay(attempt * 50)
      } finally {
        await draft?.[Symbol.asyncDispose]()
        draft = undefined
      }
    }
  })
}

/** @returns `undefined` when somebody wrote the file in this very moment: look again */
async function saveOnce(
  place: Place,
  replaced: Generation,
  tokens: Tokens,
  draft: Draft | undefined,
): Promise<SaveResult | undefined> {
  const document = await readPlain(place)
  const stored = document.section.auth
  if (stored === undefined) return {outcome: 'signed-out'}
  const sessionId = plainSessionId(place.profile)
  const current = generationOf(stored, sessionId)
  if (current.digest !== replaced.digest || current.sequence !== replaced.sequence) return {outcome: 'superseded'}
  const written = authOf(tokens)
  const auth: Record<string, unknown> = {...document.rawAuth, refreshToken: undefined, ...written}
  const done = await replacePlain(place, document, {auth}, 'change', draft)
  return done ? {outcome: 'saved', generation: generationOf(written, sessionId)} : undefined
}

/** The file's `expiresAt` is by the clock of this machine: that is how the incumbent reads it. */
export function authOf(tokens: Tokens): PlainAuth {
  const byToken = accessTokenClaims(tokens.accessToken).expiresAt
  const byServer = tokens.expiresAt ?? (byToken === undefined ? undefined : byToken * 1000)
  return {
    accessToken: tokens.accessToken,
    ...(tokens.refreshToken !== undefined && {refreshToken: tokens.refreshToken}),
    expiresAt: byServer === undefined ? tokens.receivedAt + UNKNOWN_LIFETIME_MS : byServer - tokens.clockOffsetMs,
  }
}

/** An opaque token says nothing of where it belongs: the index does, as long as it names this very token. */
async function noteBinding(place: Place, binding: Binding, credential: Credential): Promise<void> {
  const index = await readIndexIfSound(place)
  if (index?.storage !== 'file') return
  await writeIndex(place, {...index, binding, credentialFingerprint: fingerprintOf(secretOf(credential))})
}
