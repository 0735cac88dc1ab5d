import type {Storage} from '@superset/identity'

import type {KeychainPatience} from '../../keychain/keychain.ts'
import {keyAbsent} from '../../files/problems.ts'
import {readStorageKey} from './storage-key.ts'

/** Where this run's sealing keys come from; `patience` is there when a person at a terminal can unlock a keyring. */
export type KeySource = (
  | {readonly kind: 'given'; readonly key: Buffer}
  | {readonly kind: 'keychain'}
  | {readonly kind: 'variable'; readonly value: string; readonly name: string}
) & {readonly patience?: KeychainPatience}

/** The key of one session. */
export interface SessionKey {
  /** For messages: "SUPERSET_STORAGE_KEY" or "the login keyring". */
  readonly source: string
  /** Asked at most once per process, unless it fails. @throws Problem STORE_* (74, 78) */
  get(): Promise<Buffer>
  /** Destroys the key for good where it is ours to destroy. False: it could not be reached. */
  shred(): Promise<boolean>
}

/** Keys that were fetched, by session: one run asks the keychain once, however many stores it opens. */
const fetched = new Map<string, Promise<Buffer>>()

/** For a key that this process has just made. */
export function rememberKey(sessionId: string, key: Buffer): void {
  fetched.set(sessionId, Promise.resolve(key))
}

export function sessionKey(storage: Storage, sessionId: string, keys: KeySource): SessionKey {
  return storage === 'keychain' ? keychainKey(sessionId, keys) : variableKey(sessionId, keys)
}

function keychainKey(sessionId: string, keys: KeySource): SessionKey {
  return {
    source: 'the login keyring',
    get: () =>
      keys.kind === 'given'
        ? Promise.resolve(keys.key)
        : once(sessionId, async () => {
            const {fetchKey} = await import('../../keychain/session-entry.ts')
            return fetchKey(sessionId, keys.patience)
          }),
    async shred() {
      fetched.delete(sessionId)
      const {deleteKey} = await import('../../keychain/session-entry.ts')
      return deleteKey(sessionId, keys.patience)
    },
  }
}

function variableKey(sessionId: string, keys: KeySource): SessionKey {
  return {
    source: keys.kind === 'variable' ? keys.name : 'SUPERSET_STORAGE_KEY',
    async get() {
      if (keys.kind === 'given') return keys.key
      if (keys.kind === 'keychain') throw keyAbsent()
      return once(`${sessionId}\0${keys.value}`, () => readStorageKey(keys.value, keys.name))
    },
    shred: () => Promise.resolve(true),
  }
}

function once(id: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
  const found = fetched.get(id)
  if (found !== undefined) return found
  const begun = fetch()
  fetched.set(id, begun)
  // A failure is not remembered: the keyring may be unlocked a moment later.
  begun.catch(() => fetched.delete(id))
  return begun
}
