import type {KeyObject} from 'node:crypto'
import {copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {
  channelPayload,
  type ChannelPayload,
  validityFrom,
  indexPayload,
  releasePayload,
  seal,
  unseal,
  type Envelope,
  type Payload,
  type ReleaseFacts,
} from '../plan/envelope.ts'
import {installScript, type KnownSerial, withSerials} from '../plan/install-script.ts'
import {keyId, rawPublicKey} from '../plan/keys.ts'
import {Refusal} from '../plan/refusal.ts'
import {trustedIds, type PackedNote} from './pack.ts'
import {readJson} from './source.ts'
import {digestOf} from './stage.ts'

interface SigningContext {
  /** Private Ed25519 keys; every one signs. */
  readonly keys: readonly KeyObject[]
  /** The folder that is served. */
  readonly www: string
  readonly now: Date
  /** For how long pointers and lists are believed, in days. */
  readonly days?: number | undefined
  /** The share of installations that take the version by themselves, in percent. */
  readonly rollout?: number | undefined
}

export interface PublishOptions extends SigningContext {
  readonly channel: string
}

export interface RenewOptions extends SigningContext {
  /** All of them, unless given. */
  readonly channel?: string | undefined
  /** Raw public keys that may have signed what is renewed, besides those of `keys`. */
  readonly trusted?: readonly Uint8Array[]
}

const DAYS = 30
const INSTALL_SCRIPT = 'install.sh'

/**
 * Signs one packed archive and lays it out to be served: the version first, then the index, then the channel, so that whoever
 * reads in between finds everything that is named; last the install script, which knows the channel's newest serial. Doing it
 * again changes nothing.
 * @param file of the archive; its note lies beside it
 * @throws Refusal where that version is there with other bytes
 */
export function publish(file: string, {keys, channel, www, now, days = DAYS, rollout = 100}: PublishOptions): void {
  demandSane(days, rollout)
  const note = readJson<PackedNote>(`${file}.json`)
  const {version, platform} = note
  demandSound(file, note, keys)
  if (!/^[a-z][a-z0-9-]*$/.test(channel)) throw new Refusal(`Not a name for a channel: ${channel}`)
  const folder = path.join(www, 'versions', version)
  const archive = {file: note.file, size: note.size, sha256: note.sha256}
  const known = [...keys.map((key) => rawPublicKey(key)), ...note.keys.map((key) => Buffer.from(key, 'base64url'))]
  const versionFile = path.join(folder, `${platform}.json`)
  const before = read(versionFile, known)
  if (before && (before.kind !== 'release' || before.archive.sha256 !== note.sha256))
    throw new Refusal(`${version} for ${platform} is published with other bytes. A version never changes: raise it.`)
  const facts: ReleaseFacts =
    before?.kind === 'release' ? before : {version, platform, channel, archive, createdAt: now.toISOString()}
  place(file, path.join(folder, note.file), note)
  if (!before) write(versionFile, seal(releasePayload(facts), keys))
  const indexFile = path.join(www, 'versions', `${platform}.json`)
  const index = read(indexFile, known)
  const entries = index?.kind === 'index' ? index.versions : []
  if (!entries.some((one) => one.version === version)) {
    const {createdAt} = facts
    const validity = validityFrom(now, days, index?.kind === 'index' ? index : undefined)
    const all = [...entries, {version, channel: facts.channel, createdAt}]
    write(indexFile, seal(indexPayload(platform, all, validity), keys))
  }

  point({...facts, channel}, {keys, www, now, days, rollout}, known)
  const template = readFileSync(path.join(import.meta.dirname, '../files/install.sh'), 'utf8')
  const trusted = note.keys.map((key) => Buffer.from(key, 'base64url'))
  replace(path.join(www, INSTALL_SCRIPT), installScript(template, note.host, trusted, serials(www, known)))
}

/** Lets the channel point to that version, unless it does. */
function point(
  facts: ReleaseFacts,
  {keys, www, now, days = DAYS, rollout = 100}: SigningContext,
  known: readonly Uint8Array[],
) {
  const file = path.join(www, 'channels', facts.channel, `${facts.platform}.json`)
  const found = read(file, known)
  const pointer = isPointer(found) ? found : undefined
  if (pointer?.version === facts.version && (pointer.rollout ?? 100) === rollout) return
  write(file, seal(channelPayload(facts, validityFrom(now, days, pointer), rollout), keys))
}

/**
 * Signs anew what ends: pointers and lists, as they are but for their dates (and their share). No archive is needed.
 * @returns the files, below `www`
 * @throws Refusal where there is none, or one that no known key has signed
 */
export function renew({keys, channel, www, now, days = DAYS, rollout, trusted = []}: RenewOptions): readonly string[] {
  demandSane(days, rollout ?? 100)
  if (keys.length === 0) throw new Refusal('Nothing is published unsigned: --key <file>.')
  const known = [...keys.map((key) => rawPublicKey(key)), ...trusted]
  const pointers = globSync(`channels/${channel ?? '*'}/*.json`, {cwd: www}).toSorted()
  if (pointers.length === 0) throw new Refusal(`There is nothing to renew in ${www}: no pointer of a channel.`)
  const files = [...globSync('versions/*.json', {cwd: www}).toSorted(), ...pointers]
  for (const file of files) {
    const found = read(path.join(www, file), known)
    if (found?.kind === 'index')
      write(
        path.join(www, file),
        seal(indexPayload(found.platform, found.versions, validityFrom(now, days, found)), keys),
      )
    if (isPointer(found)) {
      const share = rollout ?? found.rollout ?? 100
      write(path.join(www, file), seal(channelPayload(found, validityFrom(now, days, found), share), keys))
    }
  }

  const script = path.join(www, INSTALL_SCRIPT)
  if (existsSync(script)) replace(script, withSerials(readFileSync(script, 'utf8'), serials(www, known)))
  return files
}

function demandSane(days: number, rollout: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 366) throw new Refusal('--days is a number from 1 to 366.')
  if (!Number.isInteger(rollout) || rollout < 0 || rollout > 100)
    throw new Refusal('--rollout is a whole number of percent, from 0 to 100.')
}

/** What each channel points to now. */
function serials(www: string, known: readonly Uint8Array[]): KnownSerial[] {
  return globSync('channels/*/*.json', {cwd: www}).flatMap((file) => {
    const pointer = read(path.join(www, file), known)
    return isPointer(pointer) ? {channel: pointer.channel, platform: pointer.platform, serial: pointer.serial} : []
  })
}

function isPointer(payload: Payload | undefined): payload is ChannelPayload {
  return payload?.kind === 'channel' && 'serial' in payload
}

function demandSound(file: string, note: PackedNote, keys: readonly KeyObject[]): void {
  if (digestOf(file, 'sha256').toString('hex') !== note.sha256)
    throw new Refusal(`${file} is not the archive that its note describes: pack it again.`)
  if (keys.length === 0) throw new Refusal('Nothing is published unsigned: --key <file>.')
  const trusted = trustedIds(note)
  if (!keys.some((key) => trusted.includes(keyId(rawPublicKey(key)))))
    throw new Refusal(`${note.file} trusts none of these keys: whoever installed it could never update.`)
}

/** @throws Refusal where something is there that no key of ours signed: nothing to go on from */
function read(file: string, keys: readonly Uint8Array[]): Payload | undefined {
  if (!existsSync(file)) return undefined
  const payload = unseal(readJson<Envelope>(file), keys)
  if (!payload) throw new Refusal(`${file} is signed by no key that this release knows. See who wrote it.`)
  return payload
}

function place(from: string, to: string, {sha256}: PackedNote): void {
  if (existsSync(to) && digestOf(to, 'sha256').toString('hex') === sha256) return
  mkdirSync(path.dirname(to), {recursive: true})
  copyFileSync(from, `${to}.part`)
  renameSync(`${to}.part`, to)
}

function write(file: string, envelope: Envelope): void {
  replace(file, `${JSON.stringify(envelope, null, 2)}\n`)
}

function replace(file: string, text: string): void {
  mkdirSync(path.dirname(file), {recursive: true})
  writeFileSync(`${file}.part`, text)
  renameSync(`${file}.part`, file)
}
