import {setTimeout as delay} from 'node:timers/promises'

import {isProblem} from '@superset/identity'

import {accessTokenClaims} from '../../jwt-claims.ts'
import type {Binding, Generation, SaveResult, Tokens} from '../../model.ts'
import {withConfigLock} from '../../files/config-lock.ts'
import type {Draft} from '../../files/durable-write.ts'
import {plainSessionId, type Place} from '../../files/layout.ts'
import {thisMachine} from '../../files/machine.ts'
import {readIndexIfSound} from '../profile-index/read.ts'
import {writeIndex} from '../profile-index/write.ts'
import {fingerprintOf} from './binding.ts'
import {readPlain, type PlainAuth} from './config-file.ts'
import {generationOf, UNKNOWN_LIFETIME_MS} from './contents.ts'
import {dropKept, findKept, keep} from './kept.ts'
import {replacePlain} from './replace.ts'

const ATTEMPTS = 4

/** What the file held before the token was spent, and which generation that was: it may be unreadable by now. */
export interface PreviousContent {
  readonly auth: PlainAuth
  readonly generation: Generation
}

interface Successor {
  readonly tokens: Tokens
  readonly binding: Binding
}

interface PreparedSave {
  readonly reserved: Draft | undefined
  readonly seen: PreviousContent | undefined
}

/**
 * Saves refreshed tokens into the plain-text file. Its second writer (the incumbent's host service) knows no lock of
 * ours: if the stored refresh token is no longer the one that was presented, its session is the newer one and stays.
 *
 * Interleaving that remains: that program renames its file between our last look and our rename(2), some microseconds.
 *
 * The old token is spent: a disk that fails for a moment must not cost the session, so it is tried again, and then the
 * refuge takes the tokens (row 58).
 * @throws Problem STORE_* (74), CONFIG_FILE_INVALID (78) when even that fails
 */
export function savePlain(
  place: Place,
  replaced: Generation,
  {tokens, binding}: Successor,
  {reserved, seen}: PreparedSave,
): Promise<SaveResult> {
  return withConfigLock(place.homeDir, true, async () => {
    let draft = reserved
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await saveOnce(place, replaced, tokens, draft)
        if (result === undefined) continue
        if (result.outcome === 'saved') await Promise.allSettled([noteOwner(place, binding, tokens.accessToken)])
        return result
      } catch (error) {
        if (attempt >= ATTEMPTS) return await saveElsewhere(place, replaced, tokens, {seen, failure: error})
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
  const sessionId = plainSessionId(place.profile)
  const verdict = await verdictOn(stored, replaced)
  if (verdict !== undefined || stored === undefined) return verdict ?? {outcome: 'signed-out'}
  const written = authOf(tokens)
  const auth: Record<string, unknown> = {...document.rawAuth, refreshToken: undefined, ...written}
  if (!(await replacePlain(place, document, {auth}, 'change', draft))) return undefined
  await Promise.allSettled([dropKept(stored)])
  return {outcome: 'saved', generation: generationOf(written, sessionId)}
}

/** @returns what to answer when `replaced` is not what is stored (any more), `undefined` when it is */
async function verdictOn(stored: PlainAuth | undefined, replaced: Generation): Promise<SaveResult | undefined> {
  if (stored === undefined) return {outcome: 'signed-out'}
  const current = generationOf((await findKept(stored))?.auth ?? stored, replaced.sessionId)
  const isCurrent = current.digest === replaced.digest && current.sequence === replaced.sequence
  return isCurrent ? undefined : {outcome: 'superseded'}
}

async function saveElsewhere(
  place: Place,
  replaced: Generation,
  tokens: Tokens,
  {seen, failure}: {readonly seen: PreviousContent | undefined; readonly failure: unknown},
): Promise<SaveResult> {
  const before = seen?.generation.sequence === replaced.sequence ? seen.auth : undefined
  const stored = before ?? (await readPlain(place)).section.auth
  if (stored === undefined) throw failure
  const written = authOf(tokens)
  try {
    await keep(stored, written)
  } catch {
    // Two places failed. The first one's reason is what the person can do something about.
    throw failure
  }

  const saved: SaveResult = {outcome: 'saved', generation: generationOf(written, replaced.sessionId)}
  // Whoever signed out or in meanwhile has the last word; a file that cannot be read says nothing.
  const verdict = await readPlain(place).then(
    ({section}) => verdictOn(section.auth, saved.generation),
    (error: unknown) => {
      if (isProblem(error)) return undefined
      throw error
    },
  )
  if (verdict === undefined) return saved
  await Promise.allSettled([dropKept(stored)])
  return verdict
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

/** An opaque token says nothing of where it belongs, nor where it was stored: the index does, as long as it names it. */
async function noteOwner(place: Place, binding: Binding, accessToken: string): Promise<void> {
  const index = await readIndexIfSound(place)
  if (index?.storage !== 'file') return
  const noted = {binding, machine: await thisMachine(), credentialFingerprint: fingerprintOf(accessToken)}
  await writeIndex(place, {...index, ...noted})
}
