import {rename} from 'node:fs/promises'
import {basename, join} from 'node:path'

import type {Storage} from '@superset/identity'

import type {SessionStore} from '../model.ts'
import {withConfigLock} from '../files/config-lock.ts'
import {createFolder} from '../files/durable-write.ts'
import {quarantineFolder, type Place} from '../files/layout.ts'
import {cannotWrite} from '../files/problems.ts'
import {isAbsent} from '../files/safe-read.ts'
import type {Defaults} from './plain/binding.ts'

/** A file that cannot be used: a profile's index, or the plain-text file. */
export interface StoreFailure {
  readonly path: string
  readonly problem: unknown
  /** Throws as long as it cannot be used; `undefined` where there is none. */
  readonly read: () => Promise<unknown>
  readonly storage: Storage
}

/** What stands for such a file: everything says why, only forgetting works, and moves the file aside. */
export function brokenStore(
  place: Place,
  {path, problem, read, storage}: StoreFailure,
  defaults: Defaults,
): SessionStore {
  const refuse = async (): Promise<never> => {
    throw problem
  }
  const {apiUrl, clientId} = defaults
  return {
    storage,
    sessionId: 'unknown',
    binding: {profile: place.profile, issuer: apiUrl, apiUrl, clientId, replayPolicy: 'user'},
    place: path,
    broken: problem instanceof Error ? problem : new Error(String(problem)),
    movedTo: quarantineFolder(place.homeDir),
    head: refuse,
    read: refuse,
    preflight: refuse,
    save: refuse,
    handoff: refuse,
    async forget() {
      await withConfigLock(place.homeDir, false, async () => {
        if (await isSound(read)) return
        await moveAside(place, path)
      })
      return undefined
    },
  }
}

/** A sign-in may have written a new one since: that one stays. */
async function isSound(read: StoreFailure['read']): Promise<boolean> {
  try {
    return (await read()) !== undefined
  } catch {
    return false
  }
}

async function moveAside(place: Place, path: string): Promise<void> {
  const folder = quarantineFolder(place.homeDir)
  await createFolder(folder, place.homeDir, 'change')
  try {
    await rename(path, join(folder, `${Date.now()}-${basename(path)}`))
  } catch (error) {
    if (!isAbsent(error)) throw cannotWrite(error, folder, 'change')
  }
}
