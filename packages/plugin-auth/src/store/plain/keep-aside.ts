import {createHash} from 'node:crypto'
import {basename} from 'node:path'

import {createFolder, openDraft} from '../../files/durable-write.ts'
import {quarantineFolder, type Place} from '../../files/layout.ts'
import {cannotWrite} from '../../files/problems.ts'

/**
 * Copies what is left of a damaged plain-text file into the quarantine, before something takes its place: other programs
 * kept their settings in it, too. The same bytes make one copy.
 * @throws Problem STORE_* (74)
 */
export async function keepAside(place: Place, path: string, bytes: Buffer): Promise<void> {
  const folder = quarantineFolder(place.homeDir)
  await createFolder(folder, place.homeDir, 'sign-in')
  try {
    await using draft = await openDraft(folder, 0)
    await draft.replace(`${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}-${basename(path)}`, bytes)
  } catch (error) {
    throw cannotWrite(error, folder, 'sign-in')
  }
}
