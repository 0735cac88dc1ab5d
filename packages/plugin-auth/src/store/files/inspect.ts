import {lstat, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {identityFolder} from './layout.ts'
import {isAbsent, isForeign} from './safe-read.ts'

/** Something about a file of ours that makes its secrets unsafe (row 61). */
export interface FileFault {
  readonly path: string
  readonly kind: 'foreign' | 'link' | 'mode'
  /** For `mode`: what it is, and what it should be. */
  readonly mode: number
  readonly wanted: number
}

/** Looks at owners, modes and links of all that we keep. Opens nothing: other processes' locks hang on open files. */
export async function inspectFiles(homeDir: string): Promise<readonly FileFault[]> {
  const faults: FileFault[] = []
  await inspect(homeDir, faults, {deep: false, mayBeLink: true})
  for (const name of ['config.json', 'profiles.json']) {
    await inspect(join(homeDir, name), faults, {deep: false, mayBeLink: false})
  }

  await inspect(identityFolder(homeDir), faults, {deep: true, mayBeLink: false})
  return faults
}

/** A linked home is its owner's choice; a linked file or folder inside it is not read. */
interface How {
  readonly deep: boolean
  readonly mayBeLink: boolean
}

async function inspect(path: string, faults: FileFault[], how: How): Promise<void> {
  const found = await (how.mayBeLink ? stat(path) : lstat(path)).catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw error
  })
  if (found === undefined) return
  const mode = found.mode & 0o7777
  const isFolder = found.isDirectory()
  const wanted = isFolder ? 0o700 : 0o600
  if (found.isSymbolicLink()) faults.push({path, kind: 'link', mode, wanted})
  else if (isForeign(found.uid)) faults.push({path, kind: 'foreign', mode, wanted})
  else if (process.platform !== 'win32' && mode & 0o077) faults.push({path, kind: 'mode', mode, wanted})
  if (!isFolder || !how.deep) return
  for (const name of await readdir(path)) await inspect(join(path, name), faults, {deep: true, mayBeLink: false})
}
