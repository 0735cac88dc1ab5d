import {dirname} from 'node:path'

import type {Binding, Generation, Head, SaveResult, SessionStore, StoredSession, Tokens} from '../../model.ts'
import {digestOf} from '../../token-digest.ts'
import type {Draft} from '../../files/durable-write.ts'
import {sessionFolder} from '../../files/layout.ts'
import {cannotWrite, damaged, lost, newerVersion, otherKey} from '../../files/problems.ts'
import {isMadeElsewhere, thisMachine} from '../../files/machine.ts'
import {latestRecord, type FoundRecord, type RecordPlace, type SealedPlace} from './record-files.ts'
import {fingerprintOfKey, headOf, seal, unseal, type Header, type SealedRecord} from './record.ts'
import type {SessionKey} from './session-key.ts'

/** Room for tokens of 64 KB and more; the reservation grows with what is stored. */
const RESERVE_BYTES = 128 * 1024

type FoundSealed = FoundRecord & {readonly parsed: SealedRecord}

export interface SealedHead extends Head {
  /** On another machine: this home is a copy, and must present nothing that could be spent (row 67b). */
  readonly madeElsewhere: boolean
  /** Where the record lies when the last save could not write the home (row 58): `doctor --fix` brings it back. */
  readonly keptIn?: string
}

/** The stores `keychain` and `key`: sealed records in files, under a key that is elsewhere. */
export function sealedStore(place: SealedPlace, binding: Binding, key: SessionKey): SessionStore {
  const {homeDir, sessionId, storage} = place
  const folder = sessionFolder(homeDir, sessionId)
  let reserved: Draft | undefined

  const openFound = (found: FoundSealed): Promise<StoredSession> => openRecord(found, place, binding, key)
  const open = async (): Promise<StoredSession | undefined> => {
    const found = await requireRecord(place, folder)
    return found && openFound(found)
  }

  return {
    storage,
    sessionId,
    binding,
    place: storage === 'keychain' ? keyringName() : folder,

    async head(): Promise<SealedHead | undefined> {
      const found = await requireRecord(place, folder)
      return found && sealedHead(found, folder)
    },

    read: open,

    async preflight() {
      // Opens the record, too: that proves that the key is at hand, is the right one, and that nothing is damaged.
      await open()
      const draft = (reserved = await reserve(folder, homeDir))
      return {
        [Symbol.asyncDispose]() {
          reserved = undefined
          return draft[Symbol.asyncDispose]()
        },
      }
    },

    async save(replaced: Generation, tokens: Tokens): Promise<SaveResult> {
      const draft = reserved
      reserved = undefined
      const {sequence, content} = await successor(replaced, {tokens, binding, key})
      const {saveRecord} = await import('./save.ts')
      return saveRecord(place, replaced, {sequence, digest: digestOf(tokens.refreshToken), content}, draft)
    },

    async setAside(replaced: Generation, tokens: Tokens) {
      const {sequence, content} = await successor(replaced, {tokens, binding, key})
      const {setAside} = await import('./quarantine.ts')
      await setAside(place, sequence, content)
    },

    async forget() {
      const {forgetRecords} = await import('./forget.ts')
      return forgetRecords(place, key, openFound)
    },

    async handoff() {
      return {handle: {storage, homeDir, sessionId, binding}, key: await key.get()}
    },
  }
}

async function sealedHead({parsed: {header}, path}: FoundSealed, folder: string): Promise<SealedHead> {
  const keptIn = dirname(path) === folder ? {} : {keptIn: dirname(path)}
  return {...headOf(header), madeElsewhere: await isMadeElsewhere(header.machine), ...keptIn}
}

interface SuccessorParts {
  readonly tokens: Tokens
  readonly binding: Binding
  readonly key: SessionKey
}

/** The record that comes after `replaced`. */
async function successor({sessionId, sequence: last}: Generation, {tokens, binding, key}: SuccessorParts) {
  const sequence = Number(last) + 1
  const credential = {kind: 'oauth', tokens} as const
  const input = {sessionId, sequence, machine: await thisMachine(), binding, credential}
  return {sequence, content: seal(input, await key.get())}
}

async function reserve(folder: string, homeDir: string): Promise<Draft> {
  // The code that saves is loaded before a token is spent, too: an update may replace its files meanwhile.
  const [durable] = await Promise.all([import('../../files/durable-write.ts'), import('./save.ts')])
  const {createFolder, openDraft, proveLinks} = durable
  await createFolder(folder, homeDir, 'refresh')
  try {
    await proveLinks(folder)
    return await openDraft(folder, RESERVE_BYTES)
  } catch (error) {
    throw cannotWrite(error, folder, 'refresh')
  }
}

/** @returns `undefined` when signed out. @throws Problem STORE_LOST, STORE_DAMAGED (74), STORE_NEWER_VERSION (78) */
async function requireRecord(place: RecordPlace, folder: string): Promise<FoundSealed | undefined> {
  const found = await latestRecord(place)
  if (found === undefined) throw lost(folder)
  const {parsed} = found
  if (parsed.kind === 'signed-out') return undefined
  if (parsed.kind === 'newer') throw newerVersion()
  if (parsed.kind === 'damaged') throw await quarantined(place, found, parsed.reason)
  return {...found, parsed}
}

async function openRecord(
  found: FoundSealed,
  place: RecordPlace,
  binding: Binding,
  key: SessionKey,
): Promise<StoredSession> {
  const secret = await key.get()
  const {header} = found.parsed
  if (header.keyFingerprint !== fingerprintOfKey(secret)) throw otherKey(key.source)
  const payload = unseal(found.parsed, secret)
  if (payload === undefined) throw await quarantined(place, found, 'its seal is broken')
  // The index is not sealed. Whoever changed it there must not choose where the tokens go.
  if (!isSameTarget(payload.binding, binding)) throw damaged('its profile file names other addresses than the record')
  const {binding: boundTo, credential} = payload
  return {generation: generationOf(header), binding: boundTo, credential, machine: header.machine}
}

function generationOf(header: Header): Generation {
  return headOf(header).generation
}

function isSameTarget(a: Binding, b: Binding): boolean {
  return (
    a.issuer === b.issuer &&
    a.apiUrl === b.apiUrl &&
    a.clientId === b.clientId &&
    a.resource === b.resource &&
    a.tokenEndpoint === b.tokenEndpoint &&
    a.revocationEndpoint === b.revocationEndpoint &&
    JSON.stringify(a.replayPolicy) === JSON.stringify(b.replayPolicy)
  )
}

async function quarantined(place: RecordPlace, found: FoundRecord, reason: string) {
  const {quarantine} = await import('./quarantine.ts')
  const copy = await quarantine(place, found)
  return damaged(`record ${found.sequence}: ${reason}`, copy)
}

/** What the operating system calls its keychain. */
function keyringName(): string {
  if (process.platform === 'darwin') return 'login keychain'
  return process.platform === 'win32' ? 'Windows Credential Manager' : 'login keyring'
}
