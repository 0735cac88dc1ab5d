import {createHash, createPublicKey, type KeyObject} from 'node:crypto'
import {Refusal} from './refusal.ts'

/** Public keys that an installation trusts: raw Ed25519, base64url. `next` is the one that will sign after a rotation. */
export interface TrustedKeys {
  readonly current: string | null
  readonly next?: string | null
}

/** DER of a SubjectPublicKeyInfo for Ed25519, up to the 32 bytes of the key itself (RFC 8410). */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const RAW_BYTES = 32

/** @param key a private one */
export function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({format: 'der', type: 'spki'}).subarray(PREFIX.length)
}

/** The first 16 hexadecimal digits of the SHA-256 of the raw public key. */
export function keyId(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 16)
}

/** @returns the raw keys that are there, current first @throws Refusal on a key of a wrong form */
export function trustedRawKeys({current, next}: TrustedKeys): Buffer[] {
  const written = [current, next].filter((key): key is string => typeof key === 'string')
  return written.map((key) => {
    const raw = Buffer.from(key, 'base64url')
    if (raw.length !== RAW_BYTES || raw.toString('base64url') !== key)
      throw new Refusal(`Not a raw Ed25519 public key in base64url: ${key}`)
    return raw
  })
}

/** For verifying. */
export function toKeyObject(raw: Uint8Array): KeyObject {
  return createPublicKey({key: toDer(raw), format: 'der', type: 'spki'})
}

/** As X.509 writes it, for other programs. */
export function toDer(raw: Uint8Array): Buffer {
  return Buffer.concat([PREFIX, raw])
}
