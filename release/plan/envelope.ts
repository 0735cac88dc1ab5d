import {sign, verify, type KeyObject} from 'node:crypto'
import {keyId, rawPublicKey, toKeyObject} from './keys.ts'

/** What is signed is this and the bytes of the payload, so that no signature made for another purpose fits. */
const CONTEXT = Buffer.from('superset-release-v1\0')
const FORMAT = 1

export interface Archive {
  readonly file: string
  /** Bytes. */
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** A release, or what a channel points to; `kind` keeps one from being served as the other. */
export interface ReleasePayload {
  readonly kind: 'channel' | 'release'
  readonly format: typeof FORMAT
  readonly name: 'superset'
  readonly version: string
  readonly platform: string
  readonly channel: string
  readonly archive: Archive
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

export interface IndexEntry {
  readonly version: string
  readonly channel: string
  readonly createdAt: string
}

export interface IndexPayload {
  readonly kind: 'index'
  readonly format: typeof FORMAT
  readonly name: 'superset'
  readonly platform: string
  readonly versions: readonly IndexEntry[]
}

export type Payload = IndexPayload | ReleasePayload

export interface Envelope {
  /** base64url of the JSON of a payload, in UTF-8. */
  readonly payload: string
  readonly signatures: ReadonlyArray<{readonly key: string; readonly signature: string}>
}

export type ReleaseFacts = Omit<ReleasePayload, 'format' | 'kind' | 'name'>

export function releasePayload(kind: ReleasePayload['kind'], facts: ReleaseFacts): ReleasePayload {
  const {version, platform, channel, archive, createdAt} = facts
  return {kind, format: FORMAT, name: 'superset', version, platform, channel, archive, createdAt}
}

/** Versions in the order in which they were made. */
export function indexPayload(platform: string, versions: readonly IndexEntry[]): IndexPayload {
  const ordered = versions.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
  return {kind: 'index', format: FORMAT, name: 'superset', platform, versions: ordered}
}

/** @param keys private Ed25519 keys; each signs */
export function seal(payload: Payload, keys: readonly KeyObject[]): Envelope {
  const bytes = Buffer.from(JSON.stringify(payload))
  const signatures = keys.map((key) => ({
    key: keyId(rawPublicKey(key)),
    signature: sign(null, Buffer.concat([CONTEXT, bytes]), key).toString('base64url'),
  }))
  return {payload: bytes.toString('base64url'), signatures}
}

/**
 * @param keys raw public keys
 * @returns what an envelope says; undefined where none of these keys signed it
 */
export function unseal(envelope: Envelope, keys: readonly Uint8Array[]): Payload | undefined {
  const bytes = Buffer.from(envelope.payload, 'base64url')
  const signed = Buffer.concat([CONTEXT, bytes])
  const isSigned = envelope.signatures.some(({signature}) =>
    keys.some((key) => verify(null, signed, toKeyObject(key), Buffer.from(signature, 'base64url'))),
  )
  return isSigned ? (JSON.parse(bytes.toString()) as Payload) : undefined
}
