import {randomBytes} from 'node:crypto'

import type {Binding, Credential, SessionStore} from '../../model.ts'
import {withConfigLock} from '../files/config-lock.ts'
import {plainFile, plainSessionId, type Place} from '../files/layout.ts'
import {thisMachine} from '../files/machine.ts'
import {lockBusy} from '../files/problems.ts'
import type {ProfileIndex} from '../profile-index/read.ts'
import {writeIndex} from '../profile-index/write.ts'
import {fingerprintOf, secretOf} from './binding.ts'
import {readPlain} from './config-file.ts'
import {dropKept} from './kept.ts'
import {replacePlain} from './replace.ts'
import {authOf} from './save.ts'
import {plainStore} from './store.ts'

/** `commit()` for the storage `file`. @throws Problem STORE_* (74), STORE_LOCK_BUSY (75), CONFIG_FILE_INVALID (78) */
export function commitPlain(place: Place, binding: Binding, credential: Credential): Promise<SessionStore> {
  return withConfigLock(place.homeDir, true, async () => {
    await writeCredential(place, credential)
    const index: ProfileIndex = {
      sessionId: plainSessionId(place.profile),
      signInId: randomBytes(16).toString('hex'),
      storage: 'file',
      credential: credential.kind,
      binding,
      credentialFingerprint: fingerprintOf(secretOf(credential)),
      machine: await thisMachine(),
      createdAt: Date.now(),
    }
    await writeIndex(place, index)
    return plainStore(place, {kind: credential.kind, binding, defaults: binding})
  })
}

/** One kind of credential at a time: the other one is removed in the same write. */
async function writeCredential(place: Place, credential: Credential): Promise<void> {
  const change =
    credential.kind === 'api-key'
      ? {apiKey: credential.apiKey, auth: undefined}
      : {apiKey: undefined, auth: authOf(credential.tokens)}
  for (let attempt = 1; attempt <= 20; attempt++) {
    const document = await readPlain(place)
    if (!(await replacePlain(place, document, change, 'sign-in'))) continue
    if (document.section.auth !== undefined) await Promise.allSettled([dropKept(document.section.auth)])
    return
  }

  throw lockBusy(plainFile(place))
}
