import type {KeyObject} from 'node:crypto'
import {copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {
  indexPayload,
  releasePayload,
  seal,
  unseal,
  type Envelope,
  type Payload,
  type ReleaseFacts,
} from '../plan/envelope.ts'
import {installScript} from '../plan/install-script.ts'
import {keyId, rawPublicKey} from '../plan/keys.ts'
import {Refusal} from '../plan/refusal.ts'
import {trustedIds, type PackedNote} from './pack.ts'
import {readJson} from './source.ts'
import {digestOf} from './stage.ts'

export interface PublishOptions {
  /** Private Ed25519 keys; every one signs. */
  readonly keys: readonly KeyObject[]
  readonly channel: string
  /** The folder that is served. */
  readonly www: string
  readonly now: Date
}

/**
 * Signs one packed archive and lays it out to be served: the version first, then the index, and the channel last, so that
 * whoever reads in between finds everything that is named. Doing it again changes nothing.
 * @param file of the archive; its note lies beside it
 * @throws Refusal where that version is there with other bytes
 */
export function publish(file: string, {keys, channel, www, now}: PublishOptions): void {
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
  if (!before) write(versionFile, seal(releasePayload('release', facts), keys))
  const indexFile = path.join(www, 'versions', `${platform}.json`)
  const index = read(indexFile, known)
  const entries = index?.kind === 'index' ? index.versions : []
  if (!entries.some((one) => one.version === version)) {
    const {createdAt} = facts
    write(indexFile, seal(indexPayload(platform, [...entries, {version, channel: facts.channel, createdAt}]), keys))
  }

  const template = readFileSync(path.join(import.meta.dirname, '../files/install.sh'), 'utf8')
  const trusted = note.keys.map((key) => Buffer.from(key, 'base64url'))
  replace(path.join(www, 'install.sh'), installScript(template, note.host, trusted))
  const pointerFile = path.join(www, 'channels', channel, `${platform}.json`)
  const pointer = read(pointerFile, known)
  if (pointer?.kind === 'channel' && pointer.version === version) return
  write(pointerFile, seal(releasePayload('channel', {...facts, channel}), keys))
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
