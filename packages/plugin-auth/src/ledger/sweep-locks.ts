import {lstatSync, readdirSync, unlinkSync} from 'node:fs'
import path from 'node:path'
import {isProblem} from '@superset/identity'
import {tryLock} from './lock.ts'
import {locksFolder} from './token-locks.ts'

const OF_A_TOKEN = /\.(?:electing|refreshing)$/
const DAY_MS = 24 * 60 * 60 * 1000

/** Removes the lock files of tokens that nobody has asked about for a day, each while it is held here. Never throws. */
export async function sweepLocks(homeDir: string, now: number): Promise<void> {
  const folder = locksFolder(homeDir)
  for (const name of namesIn(folder)) {
    const file = path.join(folder, name)
    if (!OF_A_TOKEN.test(name) || !isOld(file, now)) continue
    try {
      using lock = await tryLock(file)
      if (lock) unlinkSync(file)
    } catch (error) {
      // A damaged one is for `doctor`; one that cannot be removed now is removed another time.
      if (!isProblem(error) && (error as NodeJS.ErrnoException).code === undefined) throw error
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isOld(file: string, now: number): boolean {
  const found = lstatSync(file, {throwIfNoEntry: false})
  return found?.isFile() === true && found.mtimeMs < now - DAY_MS
}
