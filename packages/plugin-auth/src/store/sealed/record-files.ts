import {lstat, mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {sequenceOf, sessionFolder} from '../files/layout.ts'
import {unsafe} from '../files/problems.ts'
import {isAbsent, isForeign, listSafely, readSafely} from '../files/safe-read.ts'
import {parseRecord, type ParsedRecord} from './record.ts'

/** Where the records of one session are: its folder, and the refuge that a save falls back to (row 58). */
export interface RecordPlace {
  readonly homeDir: string
  readonly sessionId: string
}

export interface SealedPlace extends RecordPlace {
  readonly profile: string
  readonly storage: 'key' | 'keychain'
}

export interface Listed {
  readonly sequence: number
  readonly path: string
}

export interface Found extends Listed {
  readonly parsed: ParsedRecord
}

/**
 * A folder of this user on another file system than the home's, as a rule. It follows from the session id alone, so a
 * reader finds what a saver left there without being told. What lies there is sealed; it does not survive a reboot.
 */
async function refugeRoot(): Promise<string> {
  const uid = process.geteuid?.()
  const runtime = `/run/user/${uid ?? ''}`
  if (uid !== undefined && (await isOwnFolder(runtime))) return join(runtime, 'superset')
  return join(tmpdir(), `superset-${uid ?? 'user'}`)
}

async function isOwnFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    return found.isDirectory() && !isForeign(found.uid)
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

/** @throws Problem STORE_UNSAFE (74) when somebody else made a folder of that name, or can write it */
export async function createRefuge(sessionId: string): Promise<string> {
  const root = await refugeRoot()
  const folder = join(root, sessionId)
  for (const path of [root, folder]) {
    await mkdir(path, {mode: 0o700, recursive: true})
    const found = await lstat(path)
    if (!found.isDirectory() || isForeign(found.uid) || (process.platform !== 'win32' && found.mode & 0o077)) {
      throw unsafe(`${path} is not a private folder of yours.`, 'Remove it.')
    }
  }

  return folder
}

/** Every record of the session, the highest first. @throws Problem STORE_UNSAFE, STORE_UNREADABLE (74) */
export async function listRecords(place: RecordPlace): Promise<readonly Listed[]> {
  const folders = [sessionFolder(place.homeDir, place.sessionId)]
  const refuge = await refugeRoot()
  // Under /tmp anybody may have made a folder of that name, just to be in the way.
  if (await isOwnFolder(refuge)) folders.push(join(refuge, place.sessionId))
  const listed: Listed[] = []
  for (const folder of folders) {
    for (const name of await listSafely(folder)) {
      const sequence = sequenceOf(name)
      if (sequence !== undefined) listed.push({sequence, path: join(folder, name)})
    }
  }

  return listed.sort((a, b) => b.sequence - a.sequence)
}

/**
 * The record with the highest number, whatever state it is in: an older one is never used in a damaged one's place, for
 * its refresh token is spent. A final file is never half-written (it is linked when complete), so damage is damage.
 */
export async function latestRecord(place: RecordPlace): Promise<Found | undefined> {
  for (let attempt = 1; ; attempt++) {
    const [highest] = await listRecords(place)
    if (highest === undefined) return undefined
    const bytes = await readSafely(highest.path)
    if (bytes === 'too-large') return {...highest, parsed: {kind: 'damaged', reason: 'too large'}}
    if (bytes !== undefined) return {...highest, parsed: parseRecord(bytes, place.sessionId, highest.sequence)}
    // Listed, but gone when opened: its saver wrote two newer ones meanwhile and removed it, or somebody signed out.
    // The next list is a newer one then.
    if (attempt === 20) return {...highest, parsed: {kind: 'damaged', reason: 'listed, but not there'}}
  }
}
