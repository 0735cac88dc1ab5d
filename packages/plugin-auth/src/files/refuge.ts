import {lstat, mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {isProblem} from '@superset/identity'

import {unsafe} from './problems.ts'
import {isAbsent, isForeign} from './safe-read.ts'

/**
 * Where a save goes that cannot write the home (row 58): a folder of this user, sealed files alone. The places follow from
 * the user alone, whatever TMPDIR and the like say, and a reader looks into all of them: the runtime folder comes and goes
 * with login sessions, so that a saver and a later reader need not see the same. The first outlives a restart.
 */
function refugeRoots(): readonly string[] {
  const uid = process.geteuid?.()
  // Windows has one such folder for each user, and no environment without it.
  if (uid === undefined) return [join(tmpdir(), 'superset-user')]
  return [`/var/tmp/superset-${uid}`, `/run/user/${uid}/superset`, `/tmp/superset-${uid}`]
}

/** @returns the parts of the refuge with that name that are ours, in the order in which savers try them */
export async function refugeFolders(name: string): Promise<readonly string[]> {
  const roots = refugeRoots()
  // Where anybody may write, anybody may have made a folder of that name, just to be in the way.
  const own = await Promise.all(roots.map((root) => isOwnFolder(root)))
  return roots.filter((_, at) => own[at]).map((root) => join(root, name))
}

/**
 * Runs `save` in the first place of the refuge that takes it.
 * @throws what the last place threw: Problem STORE_UNSAFE (74) where somebody else is in the way, errors of the file system
 */
export async function saveInRefuge<T>(name: string, save: (folder: string) => Promise<T>): Promise<T> {
  let failure: unknown
  for (const root of refugeRoots()) {
    try {
      return await save(await createRefuge(root, name))
    } catch (error) {
      if (!isProblem(error) && (error as {code?: unknown}).code === undefined) throw error
      failure = error
    }
  }

  throw failure
}

async function createRefuge(root: string, name: string): Promise<string> {
  const folder = join(root, name)
  for (const path of [root, folder]) {
    // Not recursive: no place is made up where the system has none.
    await mkdir(path, {mode: 0o700}).catch((error: unknown) => {
      if ((error as {code?: unknown}).code !== 'EEXIST') throw error
    })
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
