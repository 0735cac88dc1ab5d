import {lstat, mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {unsafe} from './problems.ts'
import {isAbsent, isForeign} from './safe-read.ts'

/**
 * Where a save goes that cannot write the home (row 58): a folder of this user, on another file system as a rule. It
 * follows from the user alone, whatever the environment says, so that a reader finds what a saver left there without
 * being told. All that lies there is sealed; it does not survive a reboot.
 */
async function refugeRoot(): Promise<string> {
  const uid = process.geteuid?.()
  const runtime = `/run/user/${uid ?? ''}`
  if (uid !== undefined && (await isOwnFolder(runtime))) return join(runtime, 'superset')
  return join(tmpdir(), `superset-${uid ?? 'user'}`)
}

/** @returns the part of the refuge with that name, or `undefined` when there is no refuge of ours */
export async function refugeFolder(name: string): Promise<string | undefined> {
  const root = await refugeRoot()
  // Under /tmp anybody may have made a folder of that name, just to be in the way.
  return (await isOwnFolder(root)) ? join(root, name) : undefined
}

/** @throws Problem STORE_UNSAFE (74) when somebody else made a folder of that name, or can write it */
export async function createRefuge(name: string): Promise<string> {
  const root = await refugeRoot()
  const folder = join(root, name)
  for (const path of [root, folder]) {
    await mkdir(path, {mode: 0o700, recursive: true})
    const found = await lstat(path)
    if (!found.isDirectory() || isForeign(found.uid) || (process.platform !== 'win32' && found.mode & 0o077)) {
      throw unsafe(`${path} is not a private folder of yours.`, 'Remove it.')
    }
  }

  return folder
}

async function isOwnFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    return found.isDirectory() && !isForeign(found.uid)
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}
