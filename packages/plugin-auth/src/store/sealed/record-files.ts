import {join} from 'node:path'

import {sequenceOf, sessionFolder} from '../../files/layout.ts'
import {refugeFolders} from '../../files/refuge.ts'
import {listSafely, readSafely} from '../../files/safe-read.ts'
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

export interface ListedRecord {
  readonly sequence: number
  readonly path: string
}

export interface FoundRecord extends ListedRecord {
  readonly parsed: ParsedRecord
}

/** Every record of the session, the highest first. @throws Problem STORE_UNSAFE, STORE_UNREADABLE (74) */
export async function listRecords(place: RecordPlace): Promise<readonly ListedRecord[]> {
  const folders = [sessionFolder(place.homeDir, place.sessionId), ...(await refugeFolders(place.sessionId))]
  const listed: ListedRecord[] = []
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
export async function latestRecord(place: RecordPlace): Promise<FoundRecord | undefined> {
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
