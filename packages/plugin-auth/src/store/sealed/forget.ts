import type {ForgottenSession, StoredSession} from '../../model.ts'
import {openDraft, unlinkIfThere} from '../../files/durable-write.ts'
import {recordName, sessionFolder} from '../../files/layout.ts'
import {cannotWrite} from '../../files/problems.ts'
import {removeIndexOf} from '../profile-index/write.ts'
import {emptyQuarantine, listUnused} from './quarantine.ts'
import {latestRecord, listRecords, type FoundRecord, type SealedPlace} from './record-files.ts'
import {tombstone, type SealedRecord} from './record.ts'
import type {SessionKey} from './session-key.ts'

type OpenRecord = (found: FoundRecord & {parsed: SealedRecord}) => Promise<StoredSession>

/**
 * Signs out here. The tombstone comes first: it needs no key and no keyring, and from then on no refresh in flight can
 * save. Then the record is read for whoever revokes it, the key destroyed, the records and the index removed.
 * @throws Problem STORE_* (74) when the tombstone cannot be written
 */
export async function forgetRecords(
  place: SealedPlace,
  key: SessionKey,
  open: OpenRecord,
): Promise<ForgottenSession | undefined> {
  const buried = await bury(place)
  const stored =
    buried?.parsed.kind === 'sealed' ? await openIfPossible({...buried, parsed: buried.parsed}, open) : undefined
  const unused = stored && (await openUnused(place, open))
  // Done as far as it goes: without its records the key is worth nothing, and without its key no record is.
  await Promise.allSettled([key.shred()])
  await Promise.allSettled([removeRecords(place), emptyQuarantine(place), removeIndexOf(place, place.sessionId)])
  return stored && {...stored, ...(unused && unused.length > 0 && {unused})}
}

/** What was set aside is read for whoever revokes it, too: without the key nobody can. */
async function openUnused(place: SealedPlace, open: OpenRecord): Promise<readonly string[]> {
  const tokens: string[] = []
  for (const found of await listUnused(place)) {
    const stored =
      found.parsed.kind === 'sealed' ? await openIfPossible({...found, parsed: found.parsed}, open) : undefined
    const token = stored?.credential.kind === 'oauth' ? stored.credential.tokens.refreshToken : undefined
    if (token !== undefined) tokens.push(token)
  }

  return tokens
}

/** @returns the record that was the highest, or `undefined` when there was none or it was a tombstone already */
async function bury(place: SealedPlace): Promise<FoundRecord | undefined> {
  const folder = sessionFolder(place.homeDir, place.sessionId)
  for (;;) {
    const latest = await latestRecord(place)
    if (latest === undefined || latest.parsed.kind === 'signed-out') return undefined
    const sequence = latest.sequence + 1
    try {
      await using draft = await openDraft(folder, 0)
      if (await draft.publishNew(recordName(sequence), tombstone(place.sessionId, sequence))) return latest
    } catch (error) {
      throw cannotWrite(error, folder, 'change')
    }
    // A refresh took the number: its record is the one to bury, under the next.
  }
}

async function openIfPossible(
  found: FoundRecord & {parsed: SealedRecord},
  open: OpenRecord,
): Promise<StoredSession | undefined> {
  try {
    return await open(found)
  } catch {
    // A lost key or a damaged record cannot be revoked, but it is forgotten all the same.
    return undefined
  }
}

async function removeRecords(place: SealedPlace): Promise<void> {
  const [highest, ...older] = await listRecords(place)
  if (highest === undefined) return
  for (const record of older) await unlinkIfThere(record.path)
}
