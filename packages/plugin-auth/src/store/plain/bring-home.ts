import {withConfigLock} from '../../files/config-lock.ts'
import {plainFile, type Place} from '../../files/layout.ts'
import {lockBusy} from '../../files/problems.ts'
import {readIndexIfSound} from '../profile-index/read.ts'
import {writeIndex} from '../profile-index/write.ts'
import {fingerprintOf, isNotedFor} from './binding.ts'
import {readPlain} from './config-file.ts'
import {dropKept, findKept} from './kept.ts'
import {replacePlain} from './replace.ts'

const ATTEMPTS = 20

/**
 * Writes tokens into the plain-text file that a save had to keep in the refuge.
 *
 * @returns the folder they were in, or `undefined` when there were none
 * @throws Problem STORE_* (74), STORE_LOCK_BUSY (75), CONFIG_FILE_INVALID (78)
 */
export function bringPlainHome(place: Place): Promise<string | undefined> {
  return withConfigLock(place.homeDir, false, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const document = await readPlain(place)
      const {auth: replaced} = document.section
      const kept = replaced && (await findKept(replaced))
      if (replaced === undefined || kept === undefined) return undefined
      const auth: Record<string, unknown> = {...document.rawAuth, refreshToken: undefined, ...kept.auth}
      if (!(await replacePlain(place, document, {auth}, 'change'))) continue
      await carryNote(place, replaced.accessToken, kept.auth.accessToken)
      await dropKept(replaced)
      return kept.folder
    }

    throw lockBusy(plainFile(place))
  })
}

/** What the index knew of the session it knows of its successor, too. */
async function carryNote(place: Place, from: string, to: string): Promise<void> {
  const index = await readIndexIfSound(place)
  if (isNotedFor(from, index)) await writeIndex(place, {...index, credentialFingerprint: fingerprintOf(to)})
}
