import {mkdir, open, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {IdentityRequest} from '../../../src/index.ts'
import {damaged} from './problems.ts'

/** Why a refresh token is not presented (again), and from when on it may be. */
export interface Held {
  readonly why: 'busy' | 'lost' | 'refused'
  readonly until?: number
}

export interface Stored {
  readonly issuer: string
  readonly apiUrl: string
  readonly clientId: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string
  readonly subject: string
  readonly account: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: number
  readonly held?: Held
}

export type Place = Pick<IdentityRequest, 'homeDir' | 'profile'>

export function fileOf({homeDir, profile}: Place): string {
  return path.join(homeDir, 'reference', `${profile}.json`)
}

/** @throws Problem STORE_DAMAGED */
export async function read(place: Place): Promise<Stored | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(place), 'utf8')) as Stored
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(fileOf(place))
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

export async function write(place: Place, stored: Stored, mode = 0o600): Promise<void> {
  const file = fileOf(place)
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(draft, JSON.stringify(stored), {mode})
  await rename(draft, file)
}

export async function forget(place: Place): Promise<void> {
  await rm(fileOf(place), {force: true})
}

export async function profilesIn(homeDir: string): Promise<readonly string[]> {
  try {
    const names = await readdir(path.join(homeDir, 'reference'))
    return names.flatMap((name) => (name.endsWith('.json') ? name.slice(0, -'.json'.length) : []))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** One holder at a time, in whatever process; `what` names the right that is held. */
export async function locked<T>(place: Place, what: string, work: () => Promise<T>): Promise<T> {
  const file = `${fileOf(place)}.${what}`
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  for (;;) {
    try {
      await (await open(file, 'wx', 0o600)).close()
      break
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      await sleep(3)
    }
  }

  try {
    return await work()
  } finally {
    await rm(file, {force: true})
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
