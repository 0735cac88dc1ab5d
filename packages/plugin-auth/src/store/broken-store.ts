import {rename} from 'node:fs/promises'
import {basename, join} from 'node:path'

import type {SessionStore} from '../model.ts'
import {withConfigLock} from './files/config-lock.ts'
import {createFolder} from './files/durable-write.ts'
import {indexFile, quarantineFolder, type Place} from './files/layout.ts'
import {cannotWrite} from './files/problems.ts'
import {isAbsent} from './files/safe-read.ts'
import type {Defaults} from './plain/binding.ts'
import {readIndex} from './profile-index/read.ts'

/** A profile whose index cannot be used: everything says why, only forgetting works, and moves the index aside. */
export function brokenStore(place: Place, problem: unknown, defaults: Defaults): SessionStore {
  const refuse = async (): Promise<never> => {
    throw problem
  }
  const path = indexFile(place)
  const {apiUrl, clientId} = defaults
  return {
    storage: 'keychain',
    sessionId: 'unknown',
    binding: {profile: place.profile, issuer: apiUrl, apiUrl, clientId, replayPolicy: 'user'},
    place: path,
    broken: problem instanceof Error ? problem : new Error(String(problem)),
    head: refuse,
    read: refuse,
    preflight: refuse,
    save: refuse,
    handoff: refuse,
    async forget() {
      await withConfigLock(place.homeDir, false, async () => {
        if (await isSound(place)) return
        await moveAside(place, path)
      })
      return undefined
    },
  }
}

/** A sign-in may have written a new index since: that one stays. */
async function isSound(place: Place): Promise<boolean> {
  try {
    return (await readIndex(place)) !== undefined
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
