import {createCipheriv, createDecipheriv, hkdfSync} from 'node:crypto'

/** AES-256-GCM, and HKDF-SHA256 (RFC 5869) for its keys. */
export const IV_BYTES = 12
export const SALT_BYTES = 16
export const TAG_BYTES = 16

export interface SealedText {
  /** 32 bytes, used for one message only. */
  readonly key: Buffer
  readonly iv: Buffer
  /** Authenticated, not encrypted. */
  readonly aad: Buffer
}

/** @returns ciphertext, then the tag */
export function encrypt({key, iv, aad}: SealedText, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(aad)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @returns `undefined` when the tag does not fit: not this key, or not these bytes */
export function decrypt({key, iv, aad}: SealedText, body: Buffer): Buffer | undefined {
  const split = body.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, iv, {authTagLength: TAG_BYTES})
  decipher.setAAD(aad)
  decipher.setAuthTag(body.subarray(split))
  const first = decipher.update(body.subarray(0, split))
  try {
    return Buffer.concat([first, decipher.final()])
  } catch {
    return undefined
  } finally {
    first.fill(0)
  }
}

export function deriveKey(secret: Buffer, salt: Buffer, label: string, length = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, label, length))
}
