import {withConfigLock} from '../../files/config-lock.ts'
import type {Place} from '../../files/layout.ts'
import {readIndexIfSound} from '../profile-index/read.ts'
import {writeIndex} from '../profile-index/write.ts'
import {fingerprintOf, isNotedFor} from './binding.ts'
import {dropKept, findKept, type KeptSession} from './kept.ts'
import {changePlain} from './replace.ts'

/**
 * Writes tokens into the plain-text file that a save had to keep in the refuge.
 *
 * @returns the folder they were in, or `undefined` when there were none
 * @throws Problem STORE_* (74), STORE_LOCK_BUSY (75), CONFIG_FILE_INVALID (78)
 */
export function bringPlainHome(place: Place): Promise<string | undefined> {
  return withConfigLock(place.homeDir, false, async () => {
    let kept: KeptSession | undefined
    const replaced = await changePlain(place, 'change', async ({rawAuth, section}) => {
      kept = section.auth && (await findKept(section.auth))
      return kept && {auth: {...rawAuth, refreshToken: undefined, ...kept.auth}}
    })
    const before = replaced?.section.auth
    if (before === undefined || kept === undefined) return undefined
    await carryNote(place, before.accessToken, kept.auth.accessToken)
    await dropKept(before)
    return kept.folder
  })
}

/** What the index knew of the session it knows of its successor, too. */
async function carryNote(place: Place, from: string, to: string): Promise<void> {
  const index = await readIndexIfSound(place)
  if (isNotedFor(from, index)) await writeIndex(place, {...index, credentialFingerprint: fingerprintOf(to)})
}
