import {readdir, readlink, rename, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {current, type Installation, installed, isUnfinished, unfinishedName, versionsFolder} from './installation.ts'
import {type RetainedVersion, superfluous} from './retention.ts'

/** Removes what killed updates left. Only who holds the lock may call it: nothing unfinished is anybody's then. */
export async function sweep(root: string): Promise<void> {
  const versions = versionsFolder(root)
  const left = [
    ...(await readdir(versions)).filter((name) => isUnfinished(name)).map((name) => path.join(versions, name)),
    ...(await readdir(root)).filter((name) => isUnfinished(name)).map((name) => path.join(root, name)),
  ]
  for (const one of left) await remove(one)
}

/** Removes versions that nobody needs any more. Only who holds the lock may call it. */
export async function prune({folder, root}: Installation, now: number): Promise<void> {
  const present = await installed(root)
  const used = await foldersInUse(root)
  const kept: RetainedVersion[] = []
  for (const one of present) {
    const {mtimeMs} = await stat(path.join(versionsFolder(root), one.folder))
    kept.push({...one, unusedMs: now - mtimeMs, inUse: used.has(one.folder)})
  }

  const inPlace = await current(root)
  const needed = new Set([folder, ...(inPlace ? [inPlace.folder] : [])])
  for (const one of superfluous(kept, needed)) {
    // First out of the way as a whole: half a version must never bear the name of one.
    const away = path.join(versionsFolder(root), unfinishedName(one.folder))
    await rename(path.join(versionsFolder(root), one.folder), away)
    await remove(away)
  }
}

export function remove(folder: string): Promise<void> {
  return rm(folder, {recursive: true, force: true, maxRetries: 3})
}

/** The versions that processes run from, as far as this user and this system can tell. */
async function foldersInUse(root: string): Promise<ReadonlySet<string>> {
  const versions = `${versionsFolder(root)}${path.sep}`
  const found = new Set<string>()
  for (const pid of await readdir('/proc').catch(() => [])) {
    // Not a process, one of somebody else, or one that has ended since.
    const program = /^\d+$/.test(pid) ? await readlink(`/proc/${pid}/exe`).catch(() => '') : ''
    const [folder] = program.startsWith(versions) ? program.slice(versions.length).split(path.sep) : []
    if (folder !== undefined) found.add(folder)
  }

  return found
}
