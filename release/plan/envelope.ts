import {sign, verify, type KeyObject} from 'node:crypto'
import {keyId, rawPublicKey, toKeyObject} from './keys.ts'

/** What is signed is this and the bytes of the payload, so that no signature made for another purpose fits. */
const CONTEXT = Buffer.from('superset-release-v1\0')
const FORMAT = 1

interface Archive {
  readonly file: string
  /** Bytes. */
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Of what is replaced by a later one: nobody can pass an old one off as the newest. */
export interface Validity {
  /** Grows with each signing of that file, and never else: seconds since 1970 where that is more than the one before. */
  readonly serial: number
  /** ISO 8601, UTC. Not believed from then on. */
  readonly expiresAt: string
}

/** One release; it never changes. `kind` keeps it from being served for what a channel points to. */
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

/** What a channel points to. */
export interface ChannelPayload extends ReleasePayload, Validity {
  readonly kind: 'channel'
  /** Which share of all installations takes it by itself, in percent; all of them where it is absent. */
  readonly rollout?: number
}

export interface IndexEntry {
  readonly version: string
  readonly channel: string
  readonly createdAt: string
}

export interface IndexPayload extends Validity {
  readonly kind: 'index'
  readonly format: typeof FORMAT
  readonly name: 'superset'
  readonly platform: string
  readonly versions: readonly IndexEntry[]
}

export type Payload = ChannelPayload | IndexPayload | ReleasePayload

export interface Envelope {
  /** base64url of the JSON of a payload, in UTF-8. */
  readonly payload: string
  readonly signatures: ReadonlyArray<{readonly key: string; readonly signature: string}>
}

export type ReleaseFacts = Omit<ReleasePayload, 'format' | 'kind' | 'name'>

export function releasePayload(facts: ReleaseFacts): ReleasePayload {
  return {kind: 'release', ...common(facts)}
}

/** @param rollout in percent */
export function channelPayload(facts: ReleaseFacts, validity: Validity, rollout: number): ChannelPayload {
  return {kind: 'channel', ...common(facts), ...validityOf(validity), ...(rollout < 100 && {rollout})}
}

function common({version, platform, channel, archive, createdAt}: ReleaseFacts) {
  return {format: FORMAT, name: 'superset', version, platform, channel, archive, createdAt} as const
}

/** Versions in the order in which they were made. */
export function indexPayload(platform: string, versions: readonly IndexEntry[], validity: Validity): IndexPayload {
  const ordered = versions.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
  return {kind: 'index', format: FORMAT, name: 'superset', platform, versions: ordered, ...validityOf(validity)}
}

function validityOf({serial, expiresAt}: Validity): Validity {
  return {serial, expiresAt}
}

const DAY_MS = 86_400_000

/** @param before what this one replaces */
export function validityFrom(now: Date, days: number, before: Validity | undefined): Validity {
  return {
    serial: Math.max(Math.floor(now.getTime() / 1000), (before?.serial ?? 0) + 1),
    expiresAt: new Date(now.getTime() + days * DAY_MS).toISOString(),
  }
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
