import {isObject} from '@superset/identity'
import type {Validity} from './freshness.ts'
import {refused, tooNew} from './problems.ts'
import {isChannel, isVersion} from './release-version.ts'

/** What a signed file says of one release for one platform. */
export interface Release {
  readonly version: string
  readonly channel: string
  readonly archive: {
    readonly file: string
    /** In bytes. */
    readonly size: number
    /** 64 hexadecimal digits. */
    readonly sha256: string
  }
  /** ISO 8601. */
  readonly createdAt: string
}

/** What a channel points to. */
export interface Pointer extends Release, Validity {
  /** The share of all installations that take it by themselves, in percent. */
  readonly rollout: number
}

export interface Index extends Validity {
  readonly versions: readonly ListedRelease[]
}

export interface ListedRelease {
  readonly version: string
  readonly channel: string
  readonly createdAt: string
}

/** What was asked for; a signed file that is for anything else is refused. */
export type ExpectedPayload =
  | {readonly kind: 'channel'; readonly channel: string; readonly platform: string}
  | {readonly kind: 'release'; readonly version: string; readonly platform: string}

const NAME = 'superset'
const FORMAT = 1
const LARGEST_ARCHIVE = 1024 ** 3
const SHA256 = /^[\da-f]{64}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/** @throws Problem UPDATE_FORMAT, UPDATE_MISMATCH (1) */
export function releaseOf(payload: unknown, wanted: ExpectedPayload, what: string): Release {
  const value = signedFor(payload, wanted, what)
  const {archive, channel, createdAt, version} = value
  if (!isText(version, isVersion) || !isText(channel, isChannel) || !isText(createdAt, isInstant) || !isObject(archive))
    throw malformed(what)
  if (wanted.kind === 'channel' && channel !== wanted.channel)
    throw mismatch(what, `the channel ${channel}, not ${wanted.channel}`)
  if (wanted.kind === 'release' && version !== wanted.version)
    throw mismatch(what, `the version ${version}, not ${wanted.version}`)
  const {file, sha256, size} = archive
  // The name is given by the rest; one that differed could only lead elsewhere.
  if (file !== archiveName(version, wanted.platform)) throw malformed(what)
  if (!isText(sha256, (text) => SHA256.test(text)) || !isSize(size)) throw malformed(what)
  return {version, channel, createdAt, archive: {file, sha256, size}}
}

/** @throws Problem UPDATE_FORMAT, UPDATE_MISMATCH (1) */
export function pointerOf(payload: unknown, channel: string, platform: string, what: string): Pointer {
  const release = releaseOf(payload, {kind: 'channel', channel, platform}, what)
  const {rollout = 100} = isObject(payload) ? payload : {}
  if (!Number.isInteger(rollout) || (rollout as number) < 0 || (rollout as number) > 100) throw malformed(what)
  return {...release, ...datedOf(payload, what), rollout: rollout as number}
}

/** @throws Problem UPDATE_FORMAT, UPDATE_MISMATCH (1) */
export function indexOf(payload: unknown, platform: string, what: string): Index {
  const {versions} = signedFor(payload, {kind: 'index', platform}, what)
  if (!Array.isArray(versions)) throw malformed(what)
  return {versions: versions.map((one) => listedOf(one, what)), ...datedOf(payload, what)}
}

function listedOf(one: unknown, what: string): ListedRelease {
  const {channel, createdAt, version} = isObject(one) ? one : {}
  if (!isText(version, isVersion) || !isText(channel, isChannel) || !isText(createdAt, isInstant)) throw malformed(what)
  return {version, channel, createdAt}
}

/** Without both it could be served for ever. */
function datedOf(payload: unknown, what: string): Validity {
  const {expiresAt, serial} = isObject(payload) ? payload : {}
  if (!Number.isSafeInteger(serial) || (serial as number) <= 0 || !isText(expiresAt, isInstant)) throw malformed(what)
  return {serial: serial as number, expiresAt}
}

function archiveName(version: string, platform: string): string {
  return `${NAME}-v${version}-${platform}.tar.gz`
}

function signedFor(
  payload: unknown,
  wanted: {readonly kind: string; readonly platform: string},
  what: string,
): Record<string, unknown> {
  if (!isObject(payload)) throw malformed(what)
  const {format, kind, name, platform} = payload
  if (format !== FORMAT) throw tooNew(what)
  if (name !== NAME) throw mismatch(what, 'another program')
  if (kind !== wanted.kind) throw mismatch(what, `another use (${String(kind)}, not ${wanted.kind})`)
  if (platform !== wanted.platform) throw mismatch(what, `${String(platform)}, not for ${wanted.platform}`)
  return payload
}

function isText(value: unknown, isRight: (text: string) => boolean): value is string {
  return typeof value === 'string' && isRight(value)
}

function isInstant(text: string): boolean {
  return INSTANT.test(text) && !Number.isNaN(Date.parse(text))
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_ARCHIVE
}

function mismatch(what: string, why: string) {
  return refused('MISMATCH', `${what} was signed for ${why}.`)
}

function malformed(what: string) {
  return refused('FORMAT', `${what} is signed, but not complete.`)
}
