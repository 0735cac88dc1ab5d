import type {SessionStore, StoreHandle} from '../model.ts'
import {plainStore} from './plain/store.ts'
import {sessionKey, type KeySource} from './sealed/session-key.ts'
import {sealedStore} from './sealed/store.ts'

/** Opens the store that another process named: the refresh helper, which was given the key by pipe. Does no I/O. */
export function openStore(handle: StoreHandle, keys: KeySource): SessionStore {
  const {storage, homeDir, sessionId, binding} = handle
  const {profile, apiUrl, clientId} = binding
  if (storage === 'file') {
    return plainStore({homeDir, profile}, {kind: 'oauth', binding, defaults: {apiUrl, clientId}})
  }

  return sealedStore({homeDir, profile, sessionId, storage}, binding, sessionKey(storage, sessionId, keys))
}
