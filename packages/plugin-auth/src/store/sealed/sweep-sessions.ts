import {rm, stat} from 'node:fs/promises'

import {sweepTemporaries} from '../../files/durable-write.ts'
import {sessionFolder, sessionsFolder} from '../../files/layout.ts'
import {isAbsent, listSafely} from '../../files/safe-read.ts'
import {namedSessions} from '../profile-index/read.ts'
import {latestRecord, type FoundRecord} from './record-files.ts'
import {fingerprintOfKey} from './record.ts'
import {sessionKey, type KeySource} from './session-key.ts'

/** No refresh takes this long: nobody can come back to a session signed out before. */
const BURIED_MS = 30 * 24 * 60 * 60 * 1000
/** No sign-in takes this long: what no profile names by then, none will name. */
const ORPHANED_MS = 24 * 60 * 60 * 1000

/**
 * Removes the folders of sessions signed out long ago, what killed savers left in any, and the sessions, keys included,
 * that no profile names: their sign-in was killed before it was complete, or after it, before it had forgotten the
 * session that it replaced. A tombstone must outlive every refresh that was in flight when it was written, so it is not
 * removed at once.
 *
 * @returns the folders of the orphans that were removed
 */
export async function sweepSessions(homeDir: string, keys: KeySource): Promise<readonly string[]> {
  const named = await namedSessions(homeDir).catch(() => undefined)
  const swept: string[] = []
  for (const sessionId of await listSafely(sessionsFolder(homeDir))) {
    const folder = sessionFolder(homeDir, sessionId)
    const latest = await latestRecord({homeDir, sessionId})
    const ageMs = Date.now() - (await changedAt(latest?.path ?? folder))
    if (latest?.parsed.kind === 'signed-out') {
      if (ageMs > BURIED_MS) await rm(folder, {recursive: true, force: true})
    } else if (named && !named.has(sessionId) && ageMs > ORPHANED_MS && (await shredKeyOf(sessionId, latest, keys))) {
      await rm(folder, {recursive: true, force: true})
      swept.push(folder)
      continue
    }

    await sweepTemporaries(folder, await listSafely(folder))
  }

  return swept
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (isAbsent(error)) return Date.now()
    throw error
  }
}

/**
 * A run that has a storage key knows its own records by the key's fingerprint; one that asks the keychain deletes an
 * entry that may not be there. @returns false when the key may still be there: the folder stays as the note of it
 */
async function shredKeyOf(sessionId: string, latest: FoundRecord | undefined, keys: KeySource): Promise<boolean> {
  if (keys.kind === 'keychain') return sessionKey('keychain', sessionId, keys).shred()
  const secret = await sessionKey('key', sessionId, keys).get()
  return latest?.parsed.kind === 'sealed' && latest.parsed.header.keyFingerprint === fingerprintOfKey(secret)
}
