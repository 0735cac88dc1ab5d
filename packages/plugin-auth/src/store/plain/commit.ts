import {randomBytes} from 'node:crypto'

import type {Credential, NewSession, SessionStore} from '../../model.ts'
import {withConfigLock} from '../../files/config-lock.ts'
import {plainFile, plainSessionId, type Place} from '../../files/layout.ts'
import {lockBusy} from '../../files/problems.ts'
import {readIndexIfSound, type ProfileIndex} from '../profile-index/read.ts'
import {restoreIndex, writeIndex} from '../profile-index/write.ts'
import {fingerprintOf, secretOf} from './binding.ts'
import {readPlain, readReplaceable, type JsonObject, type PlainDocument} from './config-file.ts'
import {keepAside} from './keep-aside.ts'
import {dropKept} from './kept.ts'
import {replacePlain} from './replace.ts'
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

    const {auth} = replaced.section
    if (auth !== undefined) await Promise.allSettled([dropKept(auth)])
    return plainStore(place, {kind: credential.kind, binding, defaults: binding})
  })
}

/** One kind of credential at a time: the other one is removed in the same write. @returns what was there */
async function writeCredential(place: Place, credential: Credential): Promise<PlainDocument> {
  const change =
    credential.kind === 'api-key'
      ? {apiKey: credential.apiKey, auth: undefined}
      : {apiKey: undefined, auth: authOf(credential.tokens)}
  for (let attempt = 1; attempt <= 20; attempt++) {
    const document = await readReplaceable(place)
    if (document.damage && document.bytes) await keepAside(place, document.path, document.bytes)
    if (await replacePlain(place, document, change, 'sign-in')) return document
  }

  throw lockBusy(plainFile(place))
}

/** Unless another program has written a credential of its own since. */
async function restoreCredential(place: Place, written: Credential, {section, rawAuth}: PlainDocument): Promise<void> {
  const now = await readPlain(place)
  const secret = written.kind === 'api-key' ? now.section.apiKey : now.section.auth?.accessToken
  if (secret !== secretOf(written)) return
  const change: JsonObject = {apiKey: section.apiKey, auth: section.auth && rawAuth}
  await replacePlain(place, now, change, 'sign-in')
}
