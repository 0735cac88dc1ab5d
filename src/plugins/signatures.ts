import {createPublicKey, verify} from 'node:crypto'
import type {RegistryKey} from '../policy/policy.ts'
import type {PublishedVersion} from './registry.ts'

/**
 * Why the registry's signature over `name@version:integrity` does not hold; `undefined`: it does. Every signature must be
 * by a pinned key that had not expired when the version was published, and there must be one.
 */
export function faultOfSignatures(
  {integrity, name, signatures, time, version}: PublishedVersion,
  keys: readonly RegistryKey[],
): string | undefined {
  if (signatures.length === 0) return 'it is not signed by its registry'
  for (const {keyid, sig} of signatures) {
    const key = keys.find((one) => one.keyid === keyid)
    if (!key) return `it is signed with ${keyid}, which is not one of the keys of the policy`
    if (hasExpired(key, time)) return `it is signed with ${keyid}, which had expired by then`
    const signed = Buffer.from(`${name}@${version}:${integrity ?? ''}`)
    const publicKey = createPublicKey({key: Buffer.from(key.key, 'base64'), format: 'der', type: 'spki'})
    if (!verify('sha256', signed, publicKey, Buffer.from(sig, 'base64')))
      return `its signature with ${keyid} is of something else`
  }

  return undefined
}

/** A registry that does not say when it published cannot rely on a key that ends. */
function hasExpired({expires}: RegistryKey, time: string | undefined): boolean {
  if (expires === undefined || expires === null) return false
  return time === undefined || !(Date.parse(time) < Date.parse(expires))
}
