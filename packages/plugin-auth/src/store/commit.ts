import type {Storage} from '@superset/identity'

import type {Binding, Credential, SessionStore} from '../model.ts'
import type {Place} from './files/layout.ts'
import {commitPlain} from './plain/commit.ts'
import {commitSealed} from './sealed/commit.ts'
import type {KeySource} from './sealed/session-key.ts'

/**
 * Stores a completed sign-in. The record is on disk before the index names it; the index is the commit point, so a crash
 * leaves the old session in place. The caller then forgets what `storedCandidates()` listed before.
 * @throws Problem STORE_* (74, 78); the previous session is untouched then
 */
export async function commit(
  place: Place,
  storage: Storage,
  binding: Binding,
  credential: Credential,
  keys: KeySource,
): Promise<SessionStore> {
  return storage === 'file'
    ? commitPlain(place, binding, credential)
    : commitSealed(place, storage, binding, credential, keys)
}
