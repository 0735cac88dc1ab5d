import {isObject} from '@superset/identity'
import {randomBytes} from 'node:crypto'

import type {Binding, Credential, Head} from '../../model.ts'
import {digestOf} from '../../token-digest.ts'
import {decrypt, deriveKey, encrypt, IV_BYTES, SALT_BYTES, TAG_BYTES} from '../../files/encryption.ts'

/**
 * The sealed record: one JSON line (the header, readable without the key), then AES-256-GCM ciphertext and its 16-byte
 * tag. The header line is the additional authenticated data, byte for byte, so nothing in it can be changed unnoticed.
 *
 * The session key never encrypts by itself: HKDF-SHA256 (RFC 5869) derives a key per record from it, with a random salt
 * and the session id. One SUPERSET_STORAGE_KEY may seal the records of a whole fleet for years; under one AES key,
 * random 96-bit IVs are good for 2^32 records only (NIST SP 800-38D 8.3), under a key per record they are never reused.
 */
const FORMAT = 1

/** What the header says, beyond what a `Head` shows. */
export interface Header {
  readonly format: number
  readonly sessionId: string
  readonly sequence: number
  readonly kind: Credential['kind']
  readonly digest: string
  readonly renewable: boolean
  readonly expiresAt?: number
  readonly lifetimeMs?: number
  readonly clockOffsetMs: number
  readonly receivedAt: number
  readonly keyFingerprint: string
  /** The machine that made it; `unknown` where there is no machine id. */
  readonly machine: string
  readonly salt: string
  readonly iv: string
}

export interface Payload {
  readonly binding: Binding
  readonly credential: Credential
}

export interface SealedRecord {
  readonly kind: 'sealed'
  readonly header: Header
  /** The header line as it is on disk. */
  readonly aad: Buffer
  readonly body: Buffer
}

export type ParsedRecord =
  | SealedRecord
  | {readonly kind: 'damaged'; readonly reason: string}
  | {readonly kind: 'newer'}
  | {readonly kind: 'signed-out'}

/** Tells keys apart without giving any away: derived under a label of its own, and cut to 96 bits. */
export function fingerprintOfKey(key: Buffer): string {
  return deriveKey(key, Buffer.alloc(0), 'superset key fingerprint', 12).toString('base64url')
}

export interface SealInput extends Payload {
  readonly sessionId: string
  readonly sequence: number
  readonly machine: string
}

export function seal(input: SealInput, key: Buffer): Buffer {
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const header: Header = {
    format: FORMAT,
    sessionId: input.sessionId,
    sequence: input.sequence,
    ...timesOf(input.credential),
    keyFingerprint: fingerprintOfKey(key),
    machine: input.machine,
    salt: salt.toString('base64url'),
    iv: iv.toString('base64url'),
  }
  const aad = Buffer.from(`${JSON.stringify(header)}\n`, 'utf8')
  const plain = Buffer.from(JSON.stringify({binding: input.binding, credential: input.credential}), 'utf8')
  const body = encrypt({key: recordKey(key, salt, input.sessionId), iv, aad}, plain)
  plain.fill(0)
  return Buffer.concat([aad, body])
}

/** @returns `undefined` when the tag does not fit: not this key, or not these bytes. */
export function unseal(record: SealedRecord, key: Buffer): Payload | undefined {
  const {header, aad, body} = record
  const salt = Buffer.from(header.salt, 'base64url')
  const iv = Buffer.from(header.iv, 'base64url')
  const plain = decrypt({key: recordKey(key, salt, header.sessionId), iv, aad}, body)
  return plain && (JSON.parse(plain.toString('utf8')) as Payload)
}

/** Needs no key, so that signing out never depends on one. Whoever can write it could as well delete the record. */
export function tombstone(sessionId: string, sequence: number): Buffer {
  return Buffer.from(`${JSON.stringify({format: FORMAT, sessionId, sequence, kind: 'signed-out'})}\n`, 'utf8')
}

/** Never throws; `sessionId` and `sequence` are what the file's place and name say. */
export function parseRecord(bytes: Buffer, sessionId: string, sequence: number): ParsedRecord {
  const end = bytes.indexOf(0x0a)
  if (end === -1) return {kind: 'damaged', reason: 'no header'}
  const header = parseHeader(bytes.subarray(0, end))
  if (header === undefined) return {kind: 'damaged', reason: 'header is not JSON'}
  const {format} = header
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1)
    return {kind: 'damaged', reason: 'no format'}
  if (format > FORMAT) return {kind: 'newer'}
  if (header.sessionId !== sessionId) return {kind: 'damaged', reason: 'record of another session'}
  if (header.sequence !== sequence) return {kind: 'damaged', reason: 'record of another number'}
  if (header.kind === 'signed-out') return {kind: 'signed-out'}
  if (!isHeader(header)) return {kind: 'damaged', reason: 'header is incomplete'}
  const body = bytes.subarray(end + 1)
  if (body.length <= TAG_BYTES) return {kind: 'damaged', reason: 'cut off'}
  return {kind: 'sealed', header, aad: bytes.subarray(0, end + 1), body}
}

export function headOf(header: Header): Head {
  return {
    generation: {sessionId: header.sessionId, sequence: String(header.sequence), digest: header.digest},
    kind: header.kind,
    renewable: header.renewable,
    ...(header.expiresAt !== undefined && {expiresAt: header.expiresAt}),
    ...(header.lifetimeMs !== undefined && {lifetimeMs: header.lifetimeMs}),
    clockOffsetMs: header.clockOffsetMs,
    receivedAt: header.receivedAt,
  }
}

function timesOf(credential: Credential) {
  if (credential.kind === 'api-key') {
    return {kind: credential.kind, digest: '', renewable: false, clockOffsetMs: 0, receivedAt: Date.now()}
  }

  const {tokens} = credential
  const digest = digestOf(tokens.refreshToken)
  return {
    kind: credential.kind,
    digest,
    renewable: digest !== '',
    // JSON has no NaN: a number that is none would make a record that its own reader refuses.
    ...(Number.isFinite(tokens.expiresAt) && {expiresAt: tokens.expiresAt}),
    ...(Number.isFinite(tokens.lifetimeMs) && {lifetimeMs: tokens.lifetimeMs}),
    clockOffsetMs: Number.isFinite(tokens.clockOffsetMs) ? tokens.clockOffsetMs : 0,
    receivedAt: Number.isFinite(tokens.receivedAt) ? tokens.receivedAt : Date.now(),
  }
}

function recordKey(key: Buffer, salt: Buffer, sessionId: string): Buffer {
  return deriveKey(key, salt, `superset sealed record ${FORMAT}\0${sessionId}`)
}

function parseHeader(line: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(line))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isHeader(value: Record<string, unknown>): value is Record<string, unknown> & Header {
  return (
    (value.kind === 'oauth' || value.kind === 'api-key') &&
    typeof value.digest === 'string' &&
    typeof value.renewable === 'boolean' &&
    isOptionalNumber(value.expiresAt) &&
    isOptionalNumber(value.lifetimeMs) &&
    Number.isFinite(value.clockOffsetMs) &&
    Number.isFinite(value.receivedAt) &&
    typeof value.keyFingerprint === 'string' &&
    typeof value.machine === 'string' &&
    hasBytes(value.salt, SALT_BYTES) &&
    hasBytes(value.iv, IV_BYTES)
  )
}

const isOptionalNumber = (value: unknown): boolean => value === undefined || Number.isFinite(value)

const hasBytes = (value: unknown, length: number): boolean =>
  typeof value === 'string' && Buffer.from(value, 'base64url').length === length
