import {createHash, randomBytes} from 'node:crypto'
import {basename} from 'node:path'

import type {Credential, NewSession, SessionStore} from '../../model.ts'
import {withConfigLock} from '../../files/config-lock.ts'
import {plainSessionId, quarantineFolder, type Place} from '../../files/layout.ts'
import {createFolder, openDraft} from '../../files/durable-write.ts'
import {cannotWrite} from '../../files/problems.ts'
import {readIndexIfSound, type ProfileIndex} from '../profile-index/read.ts'
import {restoreIndex, writeIndex} from '../profile-index/write.ts'
import {fingerprintOf, secretOf} from './binding.ts'
import {readPlain, readReplaceable, type JsonObject, type PlainDocument} from './config-file.ts'
import {dropKept} from './kept.ts'
import {changePlain, replacePlain} from './replace.ts'
import {authOf} from './save.ts'
import {plainStore} from './store.ts'

/**
 * `commit()` for the storage `file`.
 * @throws Problem STORE_* (74), STORE_LOCK_BUSY (75), CONFIG_FILE_INVALID (78), and what `letGo` throws; the file and the
 * index are as they were then, but for a damaged file, of which the copy in the quarantine remains
 */
export function commitPlain(place: Place, {binding, credential, machine, letGo}: NewSession): Promise<SessionStore> {
  return withConfigLock(place.homeDir, true, async () => {
    const index: ProfileIndex = {
      sessionId: plainSessionId(place.profile),
      signInId: randomBytes(16).toString('hex'),
      storage: 'file',
      credential: credential.kind,
      binding,
      credentialFingerprint: fingerprintOf(secretOf(credential)),
      machine,
      createdAt: Date.now(),
    }
    const before = await readIndexIfSound(place)
    const replaced = await writeCredential(place, credential)
    try {
      await writeIndex(place, index)
      await letGo?.()
    } catch (error) {
      await Promise.allSettled([restoreCredential(place, credential, replaced), restoreIndex(place, before)])
      throw error
    }

    const auth = replaced?.section.auth
    if (auth !== undefined) await Promise.allSettled([dropKept(auth)])
    return plainStore(place, {kind: credential.kind, binding, defaults: binding})
  })
}

/** One kind of credential at a time: the other one is removed in the same write. @returns what was there */
async function writeCredential(place: Place, credential: Credential): Promise<PlainDocument | undefined> {
  const change =
    credential.kind === 'api-key'
      ? {apiKey: credential.apiKey, auth: undefined}
      : {apiKey: undefined, auth: authOf(credential.tokens)}
  const replacing = async ({bytes, damage, path}: PlainDocument) => {
    if (damage && bytes) await keepAside(place, path, bytes)
    return change
  }
  return changePlain(place, 'sign-in', replacing, readReplaceable)
}

/**
 * Copies what is left of a damaged plain-text file into the quarantine, before something takes its place: other programs
 * kept their settings in it, too. The same bytes make one copy.
 * @throws Problem STORE_* (74)
 */
async function keepAside(place: Place, path: string, bytes: Buffer): Promise<void> {
  const folder = quarantineFolder(place.homeDir)
  await createFolder(folder, place.homeDir, 'sign-in')
  try {
    await using draft = await openDraft(folder, 0)
    await draft.replace(`${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}-${basename(path)}`, bytes)
  } catch (error) {
    throw cannotWrite(error, folder, 'sign-in')
  }
}

/** Unless another program has written a credential of its own since. */
async function restoreCredential(place: Place, written: Credential, before?: PlainDocument): Promise<void> {
  if (before === undefined) return
  const {section, rawAuth} = before
  const now = await readPlain(place)
  const secret = written.kind === 'api-key' ? now.section.apiKey : now.section.auth?.accessToken
  if (secret !== secretOf(written)) return
  const change: JsonObject = {apiKey: section.apiKey, auth: section.auth && rawAuth}
  await replacePlain(place, now, change, 'sign-in')
}
