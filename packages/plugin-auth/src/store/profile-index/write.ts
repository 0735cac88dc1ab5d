import {basename, dirname} from 'node:path'

import {withConfigLock} from '../../files/config-lock.ts'
import {createFolder, openDraft, sweepTemporaries, syncFolder, unlinkIfThere} from '../../files/durable-write.ts'
import {indexFile, profilesFolder, type Place} from '../../files/layout.ts'
import {cannotWrite} from '../../files/problems.ts'
import {listSafely} from '../../files/safe-read.ts'
import {FORMAT, readIndex, type ProfileIndex} from './read.ts'

/** The commit point of a sign-in. @throws Problem STORE_* (74) */
export async function writeIndex(place: Place, index: ProfileIndex): Promise<void> {
  const folder = profilesFolder(place.homeDir)
  const path = indexFile(place)
  await createFolder(folder, place.homeDir, 'sign-in')
  try {
    await using draft = await openDraft(folder, 0)
    await draft.replace(basename(path), Buffer.from(`${JSON.stringify({format: FORMAT, ...index}, undefined, 2)}\n`))
  } catch (error) {
    throw cannotWrite(error, folder, 'sign-in')
  }

  // The sign-in is complete; what cannot be swept now is swept at the next one.
  await Promise.allSettled([listSafely(folder).then((names) => sweepTemporaries(folder, names))])
}

/** Puts back what was there before. @throws Problem STORE_* (74) */
export async function restoreIndex(place: Place, before: ProfileIndex | undefined): Promise<void> {
  if (before !== undefined) return writeIndex(place, before)
  await unlinkIfThere(indexFile(place))
  await syncFolder(dirname(indexFile(place)))
}

/**
 * Removes the index if it still names this session. Under the lock, because a sign-in that commits between the look and
 * the removal would lose its index.
 */
export async function removeIndexOf(place: Place, sessionId: string): Promise<void> {
  const path = indexFile(place)
  await withConfigLock(place.homeDir, false, async () => {
    const index = await readIndex(place)
    if (index?.sessionId !== sessionId) return
    await unlinkIfThere(path)
    await syncFolder(dirname(path))
  })
}
