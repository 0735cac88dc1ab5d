import {lstat, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {identityFolder} from './layout.ts'
import {isAbsent, isForeign} from './safe-read.ts'

/** Something about a file of ours that makes its secrets unsafe (row 61), or that keeps its owner out. */
export interface FileFault {
  readonly path: string
  readonly kind: 'foreign' | 'link' | 'mode'
  readonly uid: number
  /** For `mode`: what it is, and what it should be. */
  readonly mode: number
  readonly wanted: number
}

const CLOSED = 0o077
/** Settings are no secret, but they say where credentials go. */
const NOT_WRITABLE = 0o022

/** A linked home is its owner's choice; a linked file or folder inside it is not read. */
interface InspectOptions {
  readonly deep: boolean
  readonly mayBeLink?: boolean
  /** What others must not have. */
  readonly denied: number
}

/**
 * Looks at owners, modes and links of all that we keep. Opens nothing: other processes' locks hang on open files. What
 * lies in a folder that its owner cannot enter is seen only when that is mended.
 */
export async function inspectFiles(homeDir: string): Promise<readonly FileFault[]> {
  const faults: FileFault[] = []
  if (!(await inspect(homeDir, faults, {deep: false, mayBeLink: true, denied: CLOSED}))) return faults
  for (const name of ['config.json', 'profiles.json']) {
    await inspect(join(homeDir, name), faults, {deep: false, denied: CLOSED})
  }

  await inspect(join(homeDir, 'cli'), faults, {deep: true, denied: NOT_WRITABLE})
  await inspect(identityFolder(homeDir), faults, {deep: true, denied: CLOSED})
  return faults
}

/** @returns whether it is a folder that can be looked into */
async function inspect(
  path: string,
  faults: FileFault[],
  {deep, denied, mayBeLink = false}: InspectOptions,
): Promise<boolean> {
  const found = await (mayBeLink ? stat(path) : lstat(path)).catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw error
  })
  if (found === undefined) return false
  const mode = found.mode & 0o7777
  const isFolder = found.isDirectory()
  const own = isFolder ? 0o700 : 0o600
  const fault = {path, uid: found.uid, mode, wanted: denied === CLOSED ? own : (mode & ~denied) | own}
  if (found.isSymbolicLink() || isForeign(found.uid)) {
    faults.push({...fault, kind: found.isSymbolicLink() ? 'link' : 'foreign'})
    return false
  }

  const hasModes = process.platform !== 'win32'
  if (hasModes && (mode & denied || (mode & own) !== own)) faults.push({...fault, kind: 'mode'})
  const canEnter = isFolder && (!hasModes || (mode & 0o500) === 0o500)
  if (canEnter && deep) for (const name of await readdir(path)) await inspect(join(path, name), faults, {deep, denied})
  return canEnter
}
