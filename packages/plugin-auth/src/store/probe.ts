import type {Storage} from '@superset/identity'

import {createFolder, openDraft, proveLinks, proveModes} from '../files/durable-write.ts'
import {profilesFolder, sessionsFolder, type Place} from '../files/layout.ts'
import {cannotWrite, keyAbsent} from '../files/problems.ts'
import {listSafely} from '../files/safe-read.ts'
import {readReplaceable} from './plain/config-file.ts'
import type {KeySource} from './sealed/session-key.ts'
import {readStorageKey} from './sealed/storage-key.ts'

const NEEDED_BYTES = 256 * 1024

/**
 * Proves before a browser opens that a sign-in can be stored: the folders can be written and what is written stays
 * private, the space is there, the key is one, the keychain keeps what it is given.
 * @throws Problem STORE_READ_ONLY, STORE_FULL, STORE_FOREIGN_HOME, STORE_NO_LINKS, STORE_NO_MODES, STORE_UNSAFE, STORE_LOCKED, STORE_BUSY,
 * STORE_KEYCHAIN_ABSENT (74), STORE_KEY_INVALID, STORE_KEY_ABSENT, CONFIG_FILE_INVALID (78)
 */
export async function probe(storage: Storage, place: Place, keys: KeySource): Promise<void> {
  await proveFolder(profilesFolder(place.homeDir), place)
  if (storage === 'file') {
    await readReplaceable(place)
    await proveFolder(place.homeDir, place)
    return
  }

  const folder = sessionsFolder(place.homeDir)
  await proveFolder(folder, place)
  await listSafely(folder)
  await proveLinks(folder).catch((error: unknown) => {
    throw cannotWrite(error, folder, 'sign-in')
  })
  if (storage === 'key') {
    if (keys.kind === 'keychain') throw keyAbsent()
    if (keys.kind === 'variable') await readStorageKey(keys.value, keys.name)
    return
  }

  const {probeKeychain} = await import('../keychain/session-entry.ts')
  await probeKeychain(keys.patience)
}

async function proveFolder(folder: string, place: Place): Promise<void> {
  await createFolder(folder, place.homeDir, 'sign-in')
  try {
    await using _draft = await openDraft(folder, NEEDED_BYTES)
    await proveModes(folder)
  } catch (error) {
    throw cannotWrite(error, folder, 'sign-in')
  }
}
