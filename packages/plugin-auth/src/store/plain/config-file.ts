import {isObject, type Problem} from '@superset/identity'

import {DEFAULT_PROFILE, plainFile, plainProfilesFile, type Place} from '../../files/layout.ts'
import {configInvalid, damagedFile} from '../../files/problems.ts'
import {readSafely} from '../../files/safe-read.ts'

export const MAX_BYTES = 1024 * 1024

/** The incumbent's schema; every other key is kept as it is. */
export interface PlainAuth {
  readonly accessToken: string
  readonly refreshToken?: string
  /** Milliseconds since the epoch, by the clock of the machine that wrote it. */
  readonly expiresAt: number
}

interface PlainSection {
  readonly auth?: PlainAuth
  readonly apiKey?: string
  readonly organizationId?: string
}

export type JsonObject = Record<string, unknown>

/** A plain-text file as it was read: the whole document, and this profile's part of it. */
export interface PlainDocument {
  readonly path: string
  /** `undefined`: there is no such file. */
  readonly bytes: Buffer | undefined
  /** Nothing of it can be read: another program emptied it, cut it or filled it with NUL (row 118). */
  readonly damage?: Problem
  readonly section: PlainSection
  /** `auth` with all its keys, unknown ones included. */
  readonly rawAuth: JsonObject
  /** The document with this profile's part changed; `undefined` values remove a key. */
  with(change: JsonObject): Buffer
}

/**
 * Reads `config.json` in place (other profiles than the default: their part of `profiles.json`).
 * @throws Problem CONFIG_FILE_INVALID (78), STORE_DAMAGED, STORE_UNSAFE, STORE_UNREADABLE (74)
 */
export async function readPlain(place: Place): Promise<PlainDocument> {
  const document = await readReplaceable(place)
  if (document.damage) throw document.damage
  return document
}

/**
 * As `readPlain`, for whoever signs in or out: a damaged file holds nothing, and what is written takes the place of it all.
 * @throws Problem CONFIG_FILE_INVALID (78), STORE_UNSAFE, STORE_UNREADABLE (74)
 */
export async function readReplaceable(place: Place): Promise<PlainDocument> {
  const path = plainFile(place)
  const bytes = await readSafely(path, MAX_BYTES)
  if (bytes === 'too-large') throw configInvalid(path, `it is larger than ${MAX_BYTES} bytes`)
  const parsed = bytes === undefined ? {value: {}} : parse(bytes, path)
  const damage = 'fault' in parsed ? damagedFile(path, parsed.fault) : undefined
  const whole = 'fault' in parsed ? {} : checkObject(parsed.value, path)
  const read = {path, bytes, ...(damage && {damage})}
  if (place.profile === DEFAULT_PROFILE) {
    const section = readSection(whole, path, '')
    return {...read, section, rawAuth: rawAuthOf(whole), with: (change) => encode(merge(whole, change))}
  }

  const profiles = objectAt(whole, 'profiles', path, '') ?? {}
  const at = `profiles.${place.profile}.`
  const own = Object.hasOwn(profiles, place.profile) ? (objectAt(profiles, place.profile, path, 'profiles.') ?? {}) : {}
  return {
    ...read,
    section: readSection(own, path, at),
    rawAuth: rawAuthOf(own),
    with: (change) => encode(merge(whole, {profiles: merge(profiles, {[place.profile]: merge(own, change)})})),
  }
}

/** Profiles with a credential in plain text. @throws Problem CONFIG_FILE_INVALID (78), STORE_DAMAGED, STORE_* (74) */
export async function plainProfiles(homeDir: string): Promise<readonly string[]> {
  const path = plainProfilesFile(homeDir)
  const bytes = await readSafely(path, MAX_BYTES)
  if (bytes === 'too-large') throw configInvalid(path, `it is larger than ${MAX_BYTES} bytes`)
  const others = bytes === undefined ? {} : (objectAt(parseDocument(bytes, path), 'profiles', path, '') ?? {})
  const found = await Promise.all(
    [DEFAULT_PROFILE, ...Object.keys(others)].map(async (profile) => {
      const {apiKey, auth} = (await readPlain({homeDir, profile})).section
      return apiKey === undefined && auth === undefined ? [] : [profile]
    }),
  )
  return found.flat()
}

function parseDocument(bytes: Buffer, path: string): JsonObject {
  const parsed = parse(bytes, path)
  if ('fault' in parsed) throw damagedFile(path, parsed.fault)
  return checkObject(parsed.value, path)
}

/** The parser's own message quotes the text around the fault, which may be a token. */
function parse(bytes: Buffer, path: string): {readonly fault: string} | {readonly value: unknown} {
  if (bytes.length === 0) return {fault: 'is empty'}
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])))
    throw configInvalid(path, 'it begins with a byte order mark')
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    return {fault: 'is not UTF-8 text'}
  }

  try {
    return {value: JSON.parse(text)}
  } catch {
    return {fault: 'is not JSON'}
  }
}

function checkObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw configInvalid(path, `it holds ${nameOf(value)}, not an object`)
  return value
}

function readSection(value: JsonObject, path: string, at: string): PlainSection {
  const auth = objectAt(value, 'auth', path, at)
  const apiKey = optionalString(value, 'apiKey', path, at)
  const organizationId = value.organizationId === null ? undefined : optionalString(value, 'organizationId', path, at)
  return {
    ...(auth !== undefined && {auth: readAuth(auth, path, `${at}auth.`)}),
    ...(apiKey !== undefined && {apiKey}),
    ...(organizationId !== undefined && {organizationId}),
  }
}

function readAuth(auth: JsonObject, path: string, at: string): PlainAuth {
  const accessToken = optionalString(auth, 'accessToken', path, at)
  if (accessToken === undefined) throw configInvalid(path, `${at}accessToken is missing`)
  const refreshToken = optionalString(auth, 'refreshToken', path, at)
  const {expiresAt} = auth
  if (typeof expiresAt !== 'number' || !Number.isFinite(expiresAt)) {
    throw configInvalid(path, `${at}expiresAt is ${nameOf(expiresAt)}, not a finite number`)
  }

  return {accessToken, ...(refreshToken !== undefined && {refreshToken}), expiresAt}
}

function rawAuthOf(section: JsonObject): JsonObject {
  return isObject(section.auth) ? section.auth : {}
}

function optionalString(object: JsonObject, key: string, path: string, at: string): string | undefined {
  const value = object[key]
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw configInvalid(path, `${at}${key} is ${nameOf(value)}, not a string`)
  if (value.trim() === '') throw configInvalid(path, `${at}${key} is empty`)
  return value
}

function objectAt(object: JsonObject, key: string, path: string, at: string): JsonObject | undefined {
  const value = object[key]
  if (value === undefined) return undefined
  if (!isObject(value)) throw configInvalid(path, `${at}${key} is ${nameOf(value)}, not an object`)
  return value
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function merge(object: JsonObject, change: JsonObject): JsonObject {
  return {...object, ...change}
}

/** JSON leaves `undefined` out: that is how a key is removed. */
function encode(document: JsonObject): Buffer {
  return Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`, 'utf8')
}
