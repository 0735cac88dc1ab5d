import {randomBytes} from 'node:crypto'
import {link, lstat, mkdir, open, rename, unlink, type FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {refuseForeignHome} from '@superset/identity/home'

import {cannotWrite, ignoresModes, noHardLinks, type Purpose} from './problems.ts'
import {codeOf, isAbsent, isForeign} from './safe-read.ts'

const TEMPORARY = /^\.superset-\d+-[0-9a-f]{16}\.tmp$/
const STALE_MS = 24 * 60 * 60 * 1000
const WITHOUT_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL'])

/**
 * A temporary file beside the file it is going to become. It takes its space when it is made, so that the write after
 * a token was spent needs none, and nobody ever sees a half-written file under the final name.
 */
export interface Draft extends AsyncDisposable {
  /** @returns false when a file of that name exists: somebody else was first. @throws errors of the file system */
  publishNew(name: string, content: Buffer): Promise<boolean>
  /** Takes the place of what is there, after `isCurrent` (if given) agreed at the last moment. */
  replace(name: string, content: Buffer, isCurrent?: () => Promise<boolean>): Promise<boolean>
}

/** Makes `folder` and what is missing above it, 0700, and makes that durable. @throws Problem STORE_* (74) */
export async function createFolder(folder: string, homeDir: string, purpose: Purpose): Promise<void> {
  refuseForeignHome(homeDir)
  try {
    const first = await mkdir(folder, {mode: 0o700, recursive: true})
    if (first === undefined) return
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
  } catch (error) {
    throw cannotWrite(error, folder, purpose)
  }
}

const temporaryName = (): string => `.superset-${process.pid}-${randomBytes(8).toString('hex')}.tmp`

/** @throws errors of the file system, space included (ENOSPC) */
export async function openDraft(folder: string, reserveBytes: number): Promise<Draft> {
  const path = join(folder, temporaryName())
  const file = await open(path, 'wx', 0o600)
  try {
    // Random bytes: a file system that compresses or knows holes would reserve nothing for zeros.
    await file.writeFile(randomBytes(reserveBytes))
    await file.sync()
  } catch (error) {
    await discard(file, path)
    throw error
  }

  return draftOf(file, path, folder)
}

function draftOf(file: FileHandle, path: string, folder: string): Draft {
  let open = true
  const write = async (content: Buffer) => {
    await writeFully(file, content)
    await file.truncate(content.length)
    await file.sync()
  }

  return {
    async publishNew(name, content) {
      await write(content)
      try {
        await link(path, join(folder, name))
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        if (WITHOUT_LINKS.has(codeOf(error))) throw noHardLinks(folder, error)
        throw error
      }

      // Killed from here on, the record is there; the second name is removed as a stale temporary file later.
      await discard(file, path)
      open = false
      await syncFolder(folder)
      return true
    },
    async replace(name, content, isCurrent) {
      await write(content)
      if (isCurrent && !(await isCurrent())) return false
      await rename(path, join(folder, name))
      await file.close()
      open = false
      await syncFolder(folder)
      return true
    },
    async [Symbol.asyncDispose]() {
      if (!open) return
      open = false
      await discard(file, path)
    },
  }
}

async function writeFully(file: FileHandle, content: Buffer): Promise<void> {
  let written = 0
  while (written < content.length) {
    const {bytesWritten} = await file.write(content, written, content.length - written, written)
    written += bytesWritten
  }
}

async function discard(file: FileHandle, path: string): Promise<void> {
  await file.close()
  await unlinkIfThere(path)
}

/** A name in a folder is durable only when the folder is synced, too. Windows cannot and needs not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some file systems (FUSE, SMB) do not sync folders; there is nothing more to be had from them.
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error
  } finally {
    await handle.close()
  }
}

/** Proves that a new file can be created exclusively here. @throws Problem STORE_NO_LINKS (74) */
export async function proveLinks(folder: string): Promise<void> {
  const path = join(folder, temporaryName())
  const second = join(folder, temporaryName())
  const file = await open(path, 'wx', 0o600)
  try {
    await link(path, second)
    await unlinkIfThere(second)
  } catch (error) {
    throw WITHOUT_LINKS.has(codeOf(error)) ? noHardLinks(folder, error) : error
  } finally {
    await discard(file, path)
  }
}

/** Proves that a file which is made private here is private (row 109). @throws Problem STORE_NO_MODES (74) */
export async function proveModes(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const path = join(folder, temporaryName())
  const file = await open(path, 'wx', 0o600)
  try {
    const lost = await whatIsLost(file)
    if (lost) throw ignoresModes(folder, lost)
  } finally {
    await discard(file, path)
  }
}

/** What a file system does not keep of a new file. Some refuse to change modes, some say that they did. */
export async function whatIsLost(file: Pick<FileHandle, 'chmod' | 'stat'>): Promise<'modes' | 'owners' | undefined> {
  const isRefused = await file.chmod(0o600).then(
    () => false,
    () => true,
  )
  const {mode, uid} = await file.stat()
  if (mode & 0o077 || (isRefused && (mode & 0o600) !== 0o600)) return 'modes'
  return isForeign(uid) ? 'owners' : undefined
}

export async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/**
 * Row 66: what killed processes left behind, once it is too old to be anybody's work in progress.
 *
 * @returns the names that were removed
 */
export async function sweepTemporaries(
  folder: string,
  names: readonly string[],
  olderThanMs = STALE_MS,
): Promise<readonly string[]> {
  const swept: string[] = []
  for (const name of names) {
    if (!TEMPORARY.test(name)) continue
    const path = join(folder, name)
    const found = await lstat(path).catch((error: unknown) => {
      if (isAbsent(error)) return undefined
      throw error
    })
    if (found === undefined || Date.now() - found.mtimeMs < olderThanMs) continue
    await unlinkIfThere(path)
    swept.push(name)
  }

  return swept
}
