import {readdir, readlink, rename, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {
  current,
  type Installation,
  type InstalledVersion,
  installed,
  isUnfinished,
  unfinishedName,
  versionsFolder,
} from './installation.ts'

/** A version on disk and what is known of its use. */
export interface RetainedVersion extends InstalledVersion {
  /** Milliseconds since it was last installed or in the place of `current`. */
  readonly unusedMs: number
  /** A process that this user can see runs from it. */
  readonly inUse: boolean
}

const DAY_MS = 86_400_000
/** Processes of other users may run from it unseen; few live longer. */
const QUIET_MS = 14 * DAY_MS
const KEPT_OTHERS = 2

/**
 * The versions that may go: not what is current or runs here, not the two newest others, nothing that was in use lately.
 * @param present oldest first
 */
export function superfluous(
  present: readonly RetainedVersion[],
  needed: ReadonlySet<string>,
): readonly RetainedVersion[] {
  const others = present.filter(({folder}) => !needed.has(folder))
  return others
    .slice(0, Math.max(0, others.length - KEPT_OTHERS))
    .filter(({inUse, unusedMs}) => !inUse && unusedMs >= QUIET_MS)
}

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
