import type {Storage} from '@superset/identity'

import type {Binding, Credential, NewSession, SessionStore, StoredSession} from '../model.ts'
import type {Place} from '../files/layout.ts'
import {thisMachine} from '../files/machine.ts'
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
  return store(place, storage, {binding, credential, machine: await thisMachine()}, keys)
}

/**
 * Stores what another storage holds, and lets it go there: a copy of another machine's session stays one (row 67b).
 * @param letGo forgets it in the old place. When it throws, the new place is emptied again: one token, one place
 * @throws Problem STORE_* (74, 78), and what `letGo` throws; the old place is the one then
 */
export async function commitMoved(
  place: Place,
  storage: Storage,
  {binding, credential, machine}: StoredSession,
  keys: KeySource,
  letGo: () => Promise<void>,
): Promise<SessionStore> {
  return store(place, storage, {binding, credential, machine: machine ?? (await thisMachine()), letGo}, keys)
}

function store(place: Place, storage: Storage, session: NewSession, keys: KeySource): Promise<SessionStore> {
  return storage === 'file' ? commitPlain(place, session) : commitSealed(place, storage, session, keys)
}
