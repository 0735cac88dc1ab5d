import {isObject} from '@superset/identity'
import {createHash, createPublicKey, type KeyObject, verify} from 'node:crypto'
import {refused} from './problems.ts'

/** An Ed25519 key that may sign releases (RFC 8032). */
export interface TrustedKey {
  /** The first 16 hexadecimal digits of the SHA-256 of its 32 bytes. */
  readonly id: string
  readonly key: KeyObject
}

/** Comes before the payload in what is signed, so that no signature made for anything else counts here. */
const CONTEXT = Buffer.from('superset-release-v1\0')
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
const MOST_SIGNATURES = 8

/** @param raw base64url of the 32 bytes of a public key @throws RangeError when it is none */
export function trustedKey(raw: string): TrustedKey {
  const bytes = decoded(raw)
  if (bytes?.length !== KEY_BYTES) throw new RangeError('not an Ed25519 public key in base64url')
  return {
    id: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    key: createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x: raw}, format: 'jwk'}),
  }
}

/**
 * The payload of a signed file, once one of the trusted keys has signed exactly these bytes.
 * @param what the file, for messages
 * @throws Problem UPDATE_UNSIGNED (1)
 */
export function openEnvelope(text: string, keys: readonly TrustedKey[], what: string): unknown {
  const {payload, signatures} = envelopeOf(text, what)
  const bytes = decoded(payload)
  if (!bytes) throw refused('UNSIGNED', `${what} is not a signed file.`)
  const message = Buffer.concat([CONTEXT, bytes])
  const isSigned = keys.some(({id, key}) =>
    signatures.some((one) => one.key === id && isSignature(one.signature, message, key)),
  )
  if (!isSigned) throw refused('UNSIGNED', `${what} is not signed by a key that this version of superset trusts.`)
  return parsed(bytes.toString('utf8'), what)
}

interface Signature {
  readonly key: string
  readonly signature: string
}

function envelopeOf(text: string, what: string): {payload: string; signatures: readonly Signature[]} {
  const value = parsed(text, what)
  const {payload, signatures} = isObject(value) ? value : {}
  const isList = Array.isArray(signatures) && signatures.length <= MOST_SIGNATURES && signatures.every(hasSignature)
  if (typeof payload !== 'string' || !isList) throw refused('UNSIGNED', `${what} is not a signed file.`)
  return {payload, signatures}
}

function hasSignature(value: unknown): value is Signature {
  return isObject(value) && typeof value['key'] === 'string' && typeof value['signature'] === 'string'
}

function isSignature(text: string, message: Buffer, key: KeyObject): boolean {
  const signature = decoded(text)
  return signature?.length === SIGNATURE_BYTES && verify(null, message, key, signature)
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw refused('UNSIGNED', `${what} is not a signed file.`)
    throw error
  }
}

/** Only what encodes back to the same text: two texts must not mean one thing. */
function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
