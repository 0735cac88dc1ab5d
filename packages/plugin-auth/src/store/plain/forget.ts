import {dirname} from 'node:path'

import type {Credential, StoredSession} from '../../model.ts'
import {withConfigLock} from '../../files/config-lock.ts'
import {sweepTemporaries, syncFolder, unlinkIfThere} from '../../files/durable-write.ts'
import {indexFile, plainFile, type Place} from '../../files/layout.ts'
import {listHome} from '../../files/safe-read.ts'
import {readIndexIfSound} from '../profile-index/read.ts'
import {dropKept} from './kept.ts'
import {changePlain} from './replace.ts'

/** What a store saw when it was found. */
export interface PlainSnapshot {
  readonly stored: StoredSession
  /** Of the index at that time, when the file was ours. */
  readonly signInId: string | undefined
}

/**
 * Removes one kind of credential from the plain-text file; the organization and unknown keys stay. After a sign-in of
 * ours into the same file there is nothing left to remove: that sign-in replaced it, and what it replaced is returned.
 * @throws Problem STORE_* (74), STORE_LOCK_BUSY (75), CONFIG_FILE_INVALID (78)
 */
export function forgetPlain(
  place: Place,
  kind: Credential['kind'],
  snapshot: PlainSnapshot | undefined,
  read: () => Promise<StoredSession | undefined>,
): Promise<StoredSession | undefined> {
  return withConfigLock(place.homeDir, false, async () => {
    const index = await readIndexIfSound(place)
    const isOurs = index?.storage === 'file'
    if (snapshot !== undefined && isOurs && index.signInId !== snapshot.signInId) return snapshot.stored
    const stored = await remove(place, kind, read)
    if (isOurs && index.credential === kind) {
      await unlinkIfThere(indexFile(place))
      await syncFolder(dirname(indexFile(place)))
    }

    await sweepPlainTemporaries(place)
    return stored
  })
}

async function remove(
  place: Place,
  kind: Credential['kind'],
  read: () => Promise<StoredSession | undefined>,
): Promise<StoredSession | undefined> {
  const key = kind === 'api-key' ? 'apiKey' : 'auth'
  let stored: StoredSession | undefined
  const replaced = await changePlain(place, 'change', async ({section}) => {
    if (section[key] === undefined) return undefined
    stored = await read()
    return {[key]: undefined}
  })
  const auth = key === 'auth' ? replaced?.section.auth : undefined
  if (auth !== undefined) await Promise.allSettled([dropKept(auth)])
  return replaced && stored
}

/** A killed writer leaves tokens in its temporary file. Nobody of ours writes now; older than a minute, it is dead. */
async function sweepPlainTemporaries(place: Place): Promise<void> {
  const folder = dirname(plainFile(place))
  await Promise.allSettled([listHome(folder).then((names) => sweepTemporaries(folder, names, 60_000))])
}
