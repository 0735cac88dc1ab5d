import {randomBytes} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import type {Storage} from '@superset/identity'

import type {Binding, Credential, SessionStore} from '../model.ts'
import {withConfigLock} from './files/config-lock.ts'
import {createFolder, openDraft} from './files/durable-write.ts'
import {plainFile, plainSessionId, recordName, sessionFolder, type Place} from './files/layout.ts'
import {cannotWrite, lockBusy} from './files/problems.ts'
import {fingerprintOf, secretOf} from './plain/binding.ts'
import {readPlain} from './plain/config-file.ts'
import {replacePlain} from './plain/replace.ts'
import {authOf} from './plain/save.ts'
import {plainStore} from './plain/store.ts'
import {readIndexIfSound, type ProfileIndex} from './profile-index/read.ts'
import {writeIndex} from './profile-index/write.ts'
import {thisMachine} from './sealed/machine.ts'
import {fingerprintOfKey, seal} from './sealed/record.ts'
import {rememberKey, sessionKey, type KeySource} from './sealed/session-key.ts'
import {sealedStore} from './sealed/store.ts'
import {sweepSessions} from './sealed/sweep-sessions.ts'

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

async function commitSealed(
  place: Place,
  storage: 'key' | 'keychain',
  binding: Binding,
  credential: Credential,
  keys: KeySource,
): Promise<SessionStore> {
  const {homeDir, profile} = place
  const sessionId = randomBytes(16).toString('hex')
  const folder = sessionFolder(homeDir, sessionId)
  const key = sessionKey(storage, sessionId, keys)
  try {
    const secret = storage === 'keychain' ? await createKey(sessionId, keys) : await key.get()
    const input = {sessionId, sequence: 1, machine: await thisMachine(), binding, credential}
    await writeFirstRecord(folder, homeDir, seal(input, secret))
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
    await withConfigLock(homeDir, true, () => writeIndex(place, index))
  } catch (error) {
    // Unless the index was replaced before the failure (of syncing its folder, say): what it names must stay.
    const index = await readIndexIfSound(place)
    if (index?.sessionId !== sessionId) {
      await Promise.allSettled([rm(folder, {recursive: true, force: true}), key.shred()])
    }

    throw error
  }

  await Promise.allSettled([sweepSessions(homeDir)])
  return sealedStore({homeDir, profile, sessionId, storage}, binding, key)
}

/** The key is in the keychain before anything is sealed with it. */
async function createKey(sessionId: string, keys: KeySource): Promise<Buffer> {
  const key = randomBytes(32)
  const {storeKey} = await import('../keychain/session-entry.ts')
  await storeKey(sessionId, key, keys.patience)
  rememberKey(sessionId, key)
  return key
}

async function writeFirstRecord(folder: string, homeDir: string, content: Buffer): Promise<void> {
  await createFolder(folder, homeDir, 'sign-in')
  try {
    await using draft = await openDraft(folder, 0)
    const name = recordName(1)
    if (!(await draft.publishNew(name, content))) throw new Error(`${join(folder, name)} exists in a new folder`)
  } catch (error) {
    throw cannotWrite(error, folder, 'sign-in')
  }
}

function commitPlain(place: Place, binding: Binding, credential: Credential): Promise<SessionStore> {
  return withConfigLock(place.homeDir, true, async () => {
    await writeCredential(place, credential)
    const index: ProfileIndex = {
      sessionId: plainSessionId(place.profile),
      signInId: randomBytes(16).toString('hex'),
      storage: 'file',
      credential: credential.kind,
      binding,
      credentialFingerprint: fingerprintOf(secretOf(credential)),
      createdAt: Date.now(),
    }
    await writeIndex(place, index)
    return plainStore(place, {kind: credential.kind, binding, defaults: binding})
  })
}

/** One kind of credential at a time: the other one is removed in the same write. */
async function writeCredential(place: Place, credential: Credential): Promise<void> {
  const change =
    credential.kind === 'api-key'
      ? {apiKey: credential.apiKey, auth: undefined}
      : {apiKey: undefined, auth: authOf(credential.tokens)}
  for (let attempt = 1; attempt <= 20; attempt++) {
    if (await replacePlain(place, await readPlain(place), change, 'sign-in')) return
  }

  throw lockBusy(plainFile(place))
}
