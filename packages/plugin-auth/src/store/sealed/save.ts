import {setTimeout as delay} from 'node:timers/promises'
import {dirname, join} from 'node:path'

import {isProblem} from '@superset/identity'

import type {Generation, SaveResult} from '../../model.ts'
import {openDraft, sweepTemporaries, unlinkIfThere, type Draft} from '../../files/durable-write.ts'
import {recordName, sessionFolder} from '../../files/layout.ts'
import {cannotWrite, damaged, newerVersion} from '../../files/problems.ts'
import {saveInRefuge} from '../../files/refuge.ts'
import {listSafely, readSafely} from '../../files/safe-read.ts'
import {latestRecord, listRecords, type ListedRecord, type RecordPlace} from './record-files.ts'

const ATTEMPTS = 4
const KEPT_RECORDS = 2
const UNREADABLE = new Set(['STORE_UNREADABLE', 'STORE_UNSAFE'])

export interface NewRecord {
  readonly sequence: number
  readonly digest: string
  readonly content: Buffer
}

/**
 * Saves a successor under the number after `replaced`. Whoever creates that file first has it; nothing is overwritten.
 *
 * Interleavings: (a) two savers, or a saver and a sign-out: both want the same number, link(2) gives it to one, the
 * other sees the winner's record and yields. (b) A saver sleeps between its look and its link while others get two
 * numbers further and remove the one it wants: the link succeeds, but the second look finds the higher record, and the
 * late one is removed. In between, readers never see it, for the highest number wins. (c) A run sees the new record
 * between its link and the second look, ends, and a sign-out buries it: the tombstone has the very next number, because
 * whoever wrote it had read this record. It revokes the new token; were the saver to give it back, too, that would be
 * the second revocation, which ends every session of the user at the service.
 *
 * The token is spent already, so a failing disk is tried again, and then the record goes to the refuge (row 58).
 * @throws Problem STORE_* (74) when even that fails
 */
export async function saveRecord(
  place: RecordPlace,
  replaced: Generation,
  record: NewRecord,
  draft: Draft | undefined,
): Promise<SaveResult> {
  const refusal = await verdictIfReadable(place, replaced)
  if (refusal !== undefined) {
    await draft?.[Symbol.asyncDispose]()
    return refusal
  }

  const path = await store(place, record, draft)
  if (path === undefined) return (await verdict(place, replaced)) ?? {outcome: 'superseded'}
  if (!(await isHighest(place, record))) {
    const isBuried = await isTombstoneOf(place, record)
    await unlinkIfThere(path)
    return isBuried
      ? {outcome: 'signed-out', buried: true}
      : ((await verdict(place, replaced)) ?? {outcome: 'superseded'})
  }

  // Housekeeping never turns a saved session into a failed one; what is left over now is removed at the next save.
  await Promise.allSettled([tidy(place, record.sequence)])
  return {
    outcome: 'saved',
    generation: {sessionId: place.sessionId, sequence: String(record.sequence), digest: record.digest},
  }
}

/** A folder that cannot even be read must not cost the tokens: then the refuge takes them. */
async function verdictIfReadable(place: RecordPlace, replaced: Generation): Promise<SaveResult | undefined> {
  try {
    return await verdict(place, replaced)
  } catch (error) {
    if (isProblem(error) && UNREADABLE.has(error.code)) return undefined
    throw error
  }
}

/** @returns what to answer when `replaced` is not what is stored (any more), `undefined` when it is */
async function verdict(place: RecordPlace, replaced: Generation): Promise<SaveResult | undefined> {
  const latest = await latestRecord(place)
  if (latest === undefined) return {outcome: 'signed-out'}
  const {parsed, sequence} = latest
  if (parsed.kind === 'signed-out') return {outcome: 'signed-out'}
  if (parsed.kind === 'damaged') throw damaged(`record ${sequence}: ${parsed.reason}`)
  if (parsed.kind === 'newer') throw newerVersion()
  if (sequence > Number(replaced.sequence)) return {outcome: 'superseded'}
  if (sequence === Number(replaced.sequence) && parsed.header.digest !== replaced.digest) return {outcome: 'superseded'}
  return undefined
}

async function store(place: RecordPlace, record: NewRecord, reserved: Draft | undefined): Promise<string | undefined> {
  const folder = sessionFolder(place.homeDir, place.sessionId)
  let failure: unknown
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      return await publish(folder, record, attempt === 1 ? reserved : undefined)
    } catch (error) {
      failure = error
      await delay(attempt * 50)
    }
  }

  return storeInRefuge(place, record, failure)
}

/** @returns the record's path, or `undefined` when another record has that number */
async function publish(folder: string, record: NewRecord, reserved: Draft | undefined): Promise<string | undefined> {
  await using draft = reserved ?? (await openDraft(folder, 0))
  const name = recordName(record.sequence)
  const path = join(folder, name)
  if (await draft.publishNew(name, record.content)) return path
  // An earlier attempt may have come as far as the link and failed after it.
  const there = await readSafely(path)
  return Buffer.isBuffer(there) && there.equals(record.content) ? path : undefined
}

async function storeInRefuge(place: RecordPlace, record: NewRecord, failure: unknown): Promise<string | undefined> {
  // Without its folder a session is signed out, or was moved away by its owner: it must not come back from elsewhere.
  if ((await listIfReadable(place))?.length === 0) return undefined
  try {
    return await saveInRefuge(place.sessionId, (folder) => publish(folder, record, undefined))
  } catch {
    // Two places failed. The first one's reason is what the person can do something about.
    throw cannotWrite(failure, sessionFolder(place.homeDir, place.sessionId), 'change')
  }
}

async function isHighest(place: RecordPlace, record: NewRecord): Promise<boolean> {
  const highest = (await listIfReadable(place))?.[0]
  return highest === undefined || highest.sequence <= record.sequence
}

async function isTombstoneOf(place: RecordPlace, record: NewRecord): Promise<boolean> {
  const latest = await latestRecord(place)
  return latest?.parsed.kind === 'signed-out' && latest.sequence === record.sequence + 1
}

async function listIfReadable(place: RecordPlace): Promise<readonly ListedRecord[] | undefined> {
  try {
    return await listRecords(place)
  } catch (error) {
    if (isProblem(error) && UNREADABLE.has(error.code)) return undefined
    throw error
  }
}

/** The record before the last stays: the reader that listed it a moment ago is just opening it. */
async function tidy(place: RecordPlace, sequence: number): Promise<void> {
  const folder = sessionFolder(place.homeDir, place.sessionId)
  for (const old of await listRecords(place)) {
    const isRefuge = dirname(old.path) !== folder
    if (old.sequence <= sequence - (isRefuge ? 1 : KEPT_RECORDS)) await unlinkIfThere(old.path)
  }

  await sweepTemporaries(folder, await listSafely(folder))
}
