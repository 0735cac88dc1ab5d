import {randomBytes} from 'node:crypto'

import {deleteSecret, getSecret, setSecret, type KeychainPatience} from './keychain.ts'
import {unusableForSession, unusableForSignIn} from './problems.ts'

const KEY_BYTES = 32

/** @throws Problem STORE_LOCKED, STORE_BUSY, STORE_KEYCHAIN_LOST, STORE_KEYCHAIN_UNREACHABLE (74) */
export async function fetchKey(sessionId: string, patience?: KeychainPatience): Promise<Buffer> {
  const outcome = await getSecret(sessionId, patience)
  if (outcome.kind === 'done') throw new Error('a read has a result')
  if (outcome.kind !== 'found') throw unusableForSession(outcome)
  const key = Buffer.from(outcome.secret, 'base64url')
  // An entry that somebody else wrote under our name is no key of this session.
  if (key.length !== KEY_BYTES) throw unusableForSession({kind: 'absent'})
  return key
}

/** @throws Problem STORE_LOCKED, STORE_BUSY, STORE_KEYCHAIN_ABSENT (74) */
export async function storeKey(sessionId: string, key: Buffer, patience?: KeychainPatience): Promise<void> {
  const outcome = await setSecret(sessionId, key.toString('base64url'), patience)
  if (outcome.kind !== 'done' && outcome.kind !== 'found') throw unusableForSignIn(outcome)
}

/** @returns false when the entry may still be there: the keyring is locked or out of reach */
export async function deleteKey(sessionId: string, patience?: KeychainPatience): Promise<boolean> {
  const outcome = await deleteSecret(sessionId, patience)
  return outcome.kind === 'done'
}

/**
 * Proves before a browser opens that a key can be kept: stores a canary, reads it back, removes it.
 * @throws Problem STORE_LOCKED, STORE_BUSY, STORE_KEYCHAIN_ABSENT (74)
 */
export async function probeKeychain(patience?: KeychainPatience): Promise<void> {
  const account = `probe-${randomBytes(8).toString('hex')}`
  const canary = randomBytes(KEY_BYTES)
  await storeKey(account, canary, patience)
  const outcome = await getSecret(account, patience)
  await deleteKey(account, patience)
  if (outcome.kind === 'done') throw new Error('a read has a result')
  if (outcome.kind !== 'found') throw unusableForSignIn(outcome)
  if (outcome.secret !== canary.toString('base64url')) throw unusableForSignIn({kind: 'absent'})
}
