import {join} from 'node:path'

import {isProblem, profileOfFileName} from '@superset/identity'
import {profilesFolder, type Place} from '../files/layout.ts'
import {listSafely} from '../files/safe-read.ts'
import {plainProfiles} from './plain/config-file.ts'
import {profileNamedIn, readIndex, readIndexIfSound} from './profile-index/read.ts'

const INDEX = '.json'

/**
 * Profiles that a credential is stored for, as the indexes and the plain-text files say it: asks no keychain. What cannot
 * be read names nobody; using that profile says what is wrong with it.
 */
export async function storedProfiles(homeDir: string): Promise<readonly string[]> {
  const [plain, sealed] = await Promise.all([unlessFaulty(plainProfiles(homeDir)), sealedProfiles(homeDir)])
  return [...new Set([...plain, ...sealed])].toSorted()
}

async function sealedProfiles(homeDir: string): Promise<readonly string[]> {
  const folder = profilesFolder(homeDir)
  const files = (await unlessFaulty(listSafely(folder))).filter((file) => file.endsWith(INDEX))
  const found = await Promise.all(files.map((file) => unlessFaulty(sealedProfile(homeDir, folder, file))))
  return found.flat()
}

async function sealedProfile(homeDir: string, folder: string, file: string): Promise<readonly string[]> {
  // The name of a long profile does not fit into a file name; its index says it.
  const profile = profileOfFileName(file.slice(0, -INDEX.length)) ?? (await profileNamedIn(join(folder, file)))
  if (profile === undefined) return []
  try {
    const index = await readIndex({homeDir, profile})
    // The index of a plain-text credential outlives it when another program signs out.
    return index === undefined || index.storage === 'file' ? [] : [profile]
  } catch (error) {
    if (isProblem(error)) return [profile]
    throw error
  }
}

async function unlessFaulty<T>(names: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await names
  } catch (error) {
    if (isProblem(error)) return []
    throw error
  }
}

/** Names the last completed sign-in of a profile: a new name for each. `undefined`: none, or none that can be read. */
export async function lastSignIn(place: Place): Promise<string | undefined> {
  return (await readIndexIfSound(place))?.signInId
}
