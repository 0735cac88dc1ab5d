import type {Problem} from '@superset/identity'

import type {Credential, SessionStore} from '../model.ts'
import {indexFile, plainFile, type Place} from '../files/layout.ts'
import type {Defaults} from './plain/binding.ts'
import {readPlain, readReplaceable} from './plain/config-file.ts'
import {storedIn} from './plain/contents.ts'
import {plainStore} from './plain/store.ts'
import {readIndex, readIndexIfSound, type ProfileIndex} from './profile-index/read.ts'
import {sessionKey, type KeySource} from './sealed/session-key.ts'
import {sealedStore} from './sealed/store.ts'

export interface StoredCandidate {
  readonly store: SessionStore
  readonly credential: Credential['kind']
}

/**
 * What is stored for a profile, the winner first: the API key of the plain-text file, its session, then the profile's
 * index. A plain-text credential beside an index was signed in later, by a program that knows no index: a sign-in of
 * ours removes the other kinds. Asks no keychain and needs no key.
 *
 * An index that cannot be used is listed, too, and so is a plain-text file of which nothing can be read, as a store that
 * says why: its `forget()` works, so signing in is a way back. A plain-text file that can be read and has a fault is
 * thrown, for nothing may change it.
 * @throws Problem CONFIG_FILE_INVALID (78), STORE_UNSAFE, STORE_UNREADABLE (74)
 */
export async function storedCandidates(
  place: Place,
  keys: KeySource,
  defaults: Defaults,
): Promise<readonly StoredCandidate[]> {
  const [plain, sealed] = await Promise.all([plainCandidates(place, defaults), sealedCandidates(place, keys, defaults)])
  return [...plain, ...sealed]
}

async function plainCandidates(place: Place, defaults: Defaults): Promise<readonly StoredCandidate[]> {
  const document = await readReplaceable(place)
  if (document.damage) return [await brokenPlain(place, document.damage, defaults)]
  const {auth, apiKey} = document.section
  if (auth === undefined && apiKey === undefined) return []
  const index = await readIndexIfSound(place)
  const candidates: StoredCandidate[] = []
  for (const credential of ['api-key', 'oauth'] as const) {
    const found = await storedIn(document, credential, place, defaults, index)
    if (found === undefined) continue
    const {stored} = found
    const snapshot = {stored, signInId: index?.signInId}
    candidates.push({
      credential,
      store: plainStore(place, {kind: credential, binding: stored.binding, defaults, snapshot}),
    })
  }

  return candidates
}

/** A new sign-in goes where the index says that the last one went: damage never leads to a weaker storage. */
async function brokenPlain(place: Place, problem: Problem, defaults: Defaults): Promise<StoredCandidate> {
  const [{brokenStore}, index] = await Promise.all([import('./broken-store.ts'), readIndexIfSound(place)])
  const broken = {path: plainFile(place), problem, read: () => readPlain(place), storage: index?.storage ?? 'keychain'}
  return {credential: 'oauth', store: brokenStore(place, broken, defaults)}
}

async function sealedCandidates(
  place: Place,
  keys: KeySource,
  defaults: Defaults,
): Promise<readonly StoredCandidate[]> {
  let index: ProfileIndex | undefined
  try {
    index = await readIndex(place)
  } catch (error) {
    const {brokenStore} = await import('./broken-store.ts')
    const broken = {path: indexFile(place), problem: error, read: () => readIndex(place), storage: 'keychain' as const}
    return [{credential: 'oauth', store: brokenStore(place, broken, defaults)}]
  }

  if (index === undefined || index.storage === 'file') return []
  const {sessionId, storage, binding, credential} = index
  const {homeDir, profile} = place
  const store = sealedStore({homeDir, profile, sessionId, storage}, binding, sessionKey(storage, sessionId, keys))
  return [{credential, store}]
}
