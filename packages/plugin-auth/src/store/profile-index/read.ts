import {join} from 'node:path'

import {isObject, type Storage} from '@superset/identity'

import type {Binding, Credential} from '../../model.ts'
import {indexFile, profilesFolder, type Place} from '../../files/layout.ts'
import {damaged, newerVersion} from '../../files/problems.ts'
import {listSafely, readSafely} from '../../files/safe-read.ts'

export const FORMAT = 1
const MAX_BYTES = 64 * 1024

/**
 * Which session a profile must have, and what it is bound to. Not secret, but as guarded as secrets are: it says where
 * they may be sent. One file per profile, replaced as a whole, so that writers of two profiles never meet.
 */
export interface ProfileIndex {
  readonly sessionId: string
  /** A new one for every completed sign-in. */
  readonly signInId: string
  readonly storage: Storage
  readonly credential: Credential['kind']
  readonly binding: Binding
  /** Sealed storages: names the key that seals. */
  readonly keyFingerprint?: string
  readonly keychain?: {readonly service: string; readonly account: string}
  /** Storage `file`: names the stored key or access token that the binding belongs to. */
  readonly credentialFingerprint?: string
  /** Storage `file`: the machine that stored that credential. */
  readonly machine?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** @throws Problem STORE_DAMAGED, STORE_UNSAFE, STORE_UNREADABLE (74), STORE_NEWER_VERSION (78) */
export async function readIndex(place: Place): Promise<ProfileIndex | undefined> {
  const path = indexFile(place)
  const index = await readFrom(path)
  if (index !== undefined && index.binding.profile !== place.profile)
    throw damaged(`${path} is a copy of another profile's`)
  return index
}

/**
 * The sessions that the profiles of this home name, all together.
 * @throws Problem as `readIndex`: while one of them cannot be read, nobody knows what it names
 */
export async function namedSessions(homeDir: string): Promise<ReadonlySet<string>> {
  const folder = profilesFolder(homeDir)
  const names = (await listSafely(folder)).filter((name) => name.endsWith('.json'))
  const indexes = await Promise.all(names.map((name) => readFrom(join(folder, name))))
  return new Set(indexes.flatMap((index) => index?.sessionId ?? []))
}

async function readFrom(path: string): Promise<ProfileIndex | undefined> {
  const bytes = await readSafely(path, MAX_BYTES)
  if (bytes === undefined) return undefined
  const value = bytes === 'too-large' ? undefined : parseObject(bytes)
  if (value === undefined) throw damaged(`${path} is not the JSON that was written there`)
  if (typeof value.format === 'number' && value.format > FORMAT) throw newerVersion()
  if (value.format !== FORMAT || !isIndex(value)) throw damaged(`${path} is incomplete`)
  return value
}

/** A broken index must not make `config.json` unusable: it only adds to what the token says. */
export async function readIndexIfSound(place: Place): Promise<ProfileIndex | undefined> {
  try {
    return await readIndex(place)
  } catch {
    return undefined
  }
}

/** The profile that an index file says it is for; nothing else of it is looked at. @throws Problem STORE_* (74) */
export async function profileNamedIn(path: string): Promise<string | undefined> {
  const bytes = await readSafely(path, MAX_BYTES)
  const binding = bytes === undefined || bytes === 'too-large' ? undefined : parseObject(bytes)?.binding
  return isBinding(binding) ? binding.profile : undefined
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isIndex(value: Record<string, unknown>): value is Record<string, unknown> & ProfileIndex {
  return (
    typeof value.sessionId === 'string' &&
    /^[A-Za-z0-9_%~.-]+$/.test(value.sessionId) &&
    !value.sessionId.startsWith('.') &&
    typeof value.signInId === 'string' &&
    (value.storage === 'keychain' || value.storage === 'key' || value.storage === 'file') &&
    (value.credential === 'oauth' || value.credential === 'api-key') &&
    isBinding(value.binding)
  )
}

function isBinding(value: unknown): value is Binding {
  if (typeof value !== 'object' || value === null) return false
  const binding = value as Record<string, unknown>
  return ['profile', 'issuer', 'apiUrl', 'clientId'].every((name) => typeof binding[name] === 'string')
}
