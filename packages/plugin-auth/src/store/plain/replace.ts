import {basename, dirname} from 'node:path'

import {createFolder, openDraft, sweepTemporaries, type Draft} from '../../files/durable-write.ts'
import {plainFile, type Place} from '../../files/layout.ts'
import {cannotWrite, lockBusy, type Purpose} from '../../files/problems.ts'
import {listHome, readSafely} from '../../files/safe-read.ts'
import {MAX_BYTES, readPlain, type JsonObject, type PlainDocument} from './config-file.ts'

const ATTEMPTS = 20

/**
 * Reads, changes and writes back, again while somebody else writes in between.
 *
 * @param changeOf what to change in a document that was just read; `undefined`: nothing
 * @returns the document that was replaced, or `undefined` when nothing was to be changed
 * @throws Problem STORE_* (74), STORE_LOCK_BUSY (75), CONFIG_FILE_INVALID (78)
 */
export async function changePlain(
  place: Place,
  purpose: Purpose,
  changeOf: (document: PlainDocument) => Promise<JsonObject | undefined>,
  read: (place: Place) => Promise<PlainDocument> = readPlain,
): Promise<PlainDocument | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const document = await read(place)
    const change = await changeOf(document)
    if (change === undefined) return undefined
    if (await replacePlain(place, document, change, purpose)) return document
  }

  throw lockBusy(plainFile(place))
}

/**
 * Replaces the file, unless it is no longer what was read: a program that does not know our lock (the incumbent's host
 * service) may write at any moment. What remains is the instant between that look and rename(2).
 *
 * @returns false when the file changed in the meantime; nothing was written then
 * @throws Problem STORE_* (74)
 */
export async function replacePlain(
  place: Place,
  document: PlainDocument,
  change: JsonObject,
  purpose: Purpose,
  reserved?: Draft,
): Promise<boolean> {
  const folder = dirname(document.path)
  await createFolder(folder, place.homeDir, purpose)
  try {
    await using draft = reserved ?? (await openDraft(folder, 0))
    const done = await draft.replace(basename(document.path), document.with(change), async () => {
      const now = await readSafely(document.path, MAX_BYTES)
      return now === undefined || document.bytes === undefined
        ? now === document.bytes
        : now !== 'too-large' && now.equals(document.bytes)
    })
    if (!done) return false
  } catch (error) {
    throw cannotWrite(error, folder, purpose)
  }

  // Housekeeping never turns a change that is made into a failure.
  await Promise.allSettled([listHome(folder).then((names) => sweepTemporaries(folder, names))])
  return true
}
