import {randomBytes} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import type {NewSession, SessionStore} from '../../model.ts'
import {withConfigLock} from '../../files/config-lock.ts'
import {createFolder, openDraft} from '../../files/durable-write.ts'
import {recordName, sessionFolder, type Place} from '../../files/layout.ts'
import {cannotWrite} from '../../files/problems.ts'
import {readIndexIfSound, type ProfileIndex} from '../profile-index/read.ts'
import {restoreIndex, writeIndex} from '../profile-index/write.ts'
import {fingerprintOfKey, seal} from './record.ts'
import {rememberKey, sessionKey, type KeySource} from './session-key.ts'
import {sealedStore} from './store.ts'
import {sweepSessions} from './sweep-sessions.ts'

/** `commit()` for the storages `keychain` and `key`. @throws Problem STORE_* (74, 78), and what `letGo` throws */
export async function commitSealed(
  place: Place,
  storage: 'key' | 'keychain',
  {binding, credential, machine, letGo}: NewSession,
  keys: KeySource,
): Promise<SessionStore> {
  const {homeDir, profile} = place
  const sessionId = randomBytes(16).toString('hex')
  const folder = sessionFolder(homeDir, sessionId)
  const key = sessionKey(storage, sessionId, keys)
  try {
    // The folder comes first: after a crash it is what tells that a key may be in the keychain.
    await createFolder(folder, homeDir, 'sign-in')
    const secret = storage === 'keychain' ? await createKey(sessionId, keys) : await key.get()
    const input = {sessionId, sequence: 1, machine, binding, credential}
    await writeFirstRecord(folder, seal(input, secret))
    const index: ProfileIndex = {
      sessionId,
      signInId: sessionId,
      storage,
      credential: credential.kind,
      binding,
      keyFingerprint: fingerprintOfKey(secret),
      ...(storage === 'keychain' && {keychain: {service: 'superset', account: sessionId}}),
      createdAt: Date.now(),
    }
    await withConfigLock(homeDir, true, () => takePlace(place, index, letGo))
  } catch (error) {
    // Unless the index was replaced before the failure (of syncing its folder, say): what it names must stay.
    const index = await readIndexIfSound(place)
    if (index?.sessionId !== sessionId) {
      await Promise.allSettled([rm(folder, {recursive: true, force: true}), key.shred()])
    }

    throw error
  }

  await Promise.allSettled([sweepSessions(homeDir, keys)])
  return sealedStore({homeDir, profile, sessionId, storage}, binding, key)
}

async function takePlace(place: Place, index: ProfileIndex, letGo: NewSession['letGo']): Promise<void> {
  const before = await readIndexIfSound(place)
  await writeIndex(place, index)
  try {
    await letGo?.()
  } catch (error) {
    await restoreIndex(place, before)
    throw error
  }
}

/** The key is in the keychain before anything is sealed with it. */
async function createKey(sessionId: string, keys: KeySource): Promise<Buffer> {
  const key = randomBytes(32)
  const {storeKey} = await import('../../keychain/session-entry.ts')
  await storeKey(sessionId, key, keys.patience)
  rememberKey(sessionId, key)
  return key
}

async function writeFirstRecord(folder: string, content: Buffer): Promise<void> {
  try {
    await using draft = await openDraft(folder, 0)
    const name = recordName(1)
    if (!(await draft.publishNew(name, content))) throw new Error(`${join(folder, name)} exists in a new folder`)
  } catch (error) {
    throw cannotWrite(error, folder, 'sign-in')
  }
}
