import {constants} from 'node:fs'
import {lstat, mkdir, open, readdir, rename} from 'node:fs/promises'
import path from 'node:path'

/**
 * Lock files that are not the empty files which they must be: SQLite refuses them, so nobody could refresh or sign out.
 * @throws errors of the file system
 */
export async function damagedLocks(homeDir: string): Promise<readonly string[]> {
  const identity = path.join(homeDir, 'identity')
  const folder = path.join(identity, 'locks')
  const names = await readdir(folder).catch(() => [])
  const files = [path.join(identity, 'config.lock'), ...names.map((name) => path.join(folder, name))]
  const damaged = await Promise.all(files.map(async (file) => ((await isDamaged(file)) ? [file] : [])))
  return damaged.flat()
}

/** Empties them where they lie, for a lock may be held on that very file; what is no file is moved to the quarantine. */
export async function mendLocks(homeDir: string, now: number): Promise<readonly string[]> {
  const damaged = await damagedLocks(homeDir)
  for (const file of damaged) {
    if ((await lstat(file)).isFile()) await empty(file)
    else await moveAside(file, path.join(homeDir, 'identity', 'quarantine'), now)
  }

  return damaged
}

/** A link is not judged: `doctor` names it, and only its owner knows what it is for. */
async function isDamaged(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined)
  return found !== undefined && !found.isSymbolicLink() && !(found.isFile() && found.size === 0)
}

async function empty(file: string): Promise<void> {
  await using opened = await open(file, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0))
  await opened.truncate(0)
}

async function moveAside(file: string, folder: string, now: number): Promise<void> {
  await mkdir(folder, {recursive: true, mode: 0o700})
  await rename(file, path.join(folder, `${now}-${path.basename(file)}`))
}
