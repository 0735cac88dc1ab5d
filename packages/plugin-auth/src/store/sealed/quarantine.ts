import {constants, copyFile, chmod, readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {createFolder, openDraft, unlinkIfThere} from '../../files/durable-write.ts'
import {quarantineFolder, recordName, sequenceOf} from '../../files/layout.ts'
import {codeOf, isAbsent, readSafely} from '../../files/safe-read.ts'
import {parseRecord} from './record.ts'
import type {FoundRecord, RecordPlace} from './record-files.ts'

/**
 * Copies a damaged record aside, once; the original stays (row 59).
 *
 * @returns the copy's path, or `undefined` where none could be made: the damage is the news then, not that
 */
export async function quarantine(place: RecordPlace, found: FoundRecord): Promise<string | undefined> {
  const folder = quarantineFolder(place.homeDir)
  const copy = join(folder, `${place.sessionId}-${recordName(found.sequence)}`)
  try {
    await createFolder(folder, place.homeDir, 'change')
    await copyFile(found.path, copy, constants.COPYFILE_EXCL)
    await chmod(copy, 0o600)
    return copy
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? copy : undefined
  }
}

/**
 * Keeps a sealed answer that must not be used (rows 37 and 42), for whoever finds out why it came.
 * @throws Problem STORE_* (74), errors of the file system
 */
export async function setAside(place: RecordPlace, sequence: number, content: Buffer): Promise<void> {
  const folder = quarantineFolder(place.homeDir)
  await createFolder(folder, place.homeDir, 'change')
  await using draft = await openDraft(folder, 0)
  await draft.publishNew(unusedPrefix(place) + recordName(sequence), content)
}

function unusedPrefix({sessionId}: RecordPlace): string {
  return `${sessionId}-unused-`
}

/** What `setAside` kept. Never throws: what cannot be read cannot be revoked, and is removed all the same. */
export async function listUnused(place: RecordPlace): Promise<readonly FoundRecord[]> {
  const folder = quarantineFolder(place.homeDir)
  const prefix = unusedPrefix(place)
  const names = await readdir(folder).catch(() => [])
  const found = names
    .filter((name) => name.startsWith(prefix))
    .map(async (name): Promise<FoundRecord[]> => {
      const sequence = sequenceOf(name.slice(prefix.length))
      const bytes = await readSafely(join(folder, name)).catch(() => undefined)
      if (sequence === undefined || bytes === undefined || bytes === 'too-large') return []
      return [{sequence, path: join(folder, name), parsed: parseRecord(bytes, place.sessionId, sequence)}]
    })
  return (await Promise.all(found)).flat()
}

/** What was signed out must not live on in a copy. */
export async function emptyQuarantine(place: RecordPlace): Promise<void> {
  const folder = quarantineFolder(place.homeDir)
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return []
    throw error
  })
  for (const name of names) {
    if (name.startsWith(`${place.sessionId}-`)) await unlinkIfThere(join(folder, name))
  }
}
