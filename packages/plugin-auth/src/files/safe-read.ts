import {constants} from 'node:fs'
import {lstat, open, readdir, realpath, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'

import {giveBack, leftByRoot, refuseForeignHome, userName} from '@superset/identity/home'

import {cannotRead, readableByOthers, unsafe} from './problems.ts'

/** No file of ours is larger than this by far; a larger one is not read into memory. */
const MAX_BYTES = 4 * 1024 * 1024

const ABSENT = new Set(['ENOENT', 'ENOTDIR'])

export function isAbsent(error: unknown): boolean {
  return ABSENT.has(codeOf(error))
}

export function codeOf(error: unknown): string {
  const code = (error as {code?: unknown} | null)?.code
  return typeof code === 'string' ? code : ''
}

/**
 * Reads a file that holds secrets, or that says where secrets may go: never through a symbolic link, never another
 * user's, never one that others can read (row 61). The checks are made on the open file, so nobody can swap it between.
 *
 * @returns `undefined` when there is no such file, `'too-large'` above `maxBytes`
 * @throws Problem STORE_UNSAFE, STORE_UNREADABLE (74), STORE_LEFT_BY_ROOT, STORE_FOREIGN_HOME (78)
 */
export async function readSafely(path: string, maxBytes = MAX_BYTES): Promise<'too-large' | Buffer | undefined> {
  let file
  try {
    // O_NONBLOCK: a FIFO in the file's place must not hang the command.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (isAbsent(error)) return undefined
    if (codeOf(error) === 'ELOOP') throw symbolicLink(path)
    // Another user's file cannot even be opened: its owner is the news.
    const owner = await lstat(path).catch(() => undefined)
    if (codeOf(error) === 'EACCES' && owner && isForeign(owner.uid)) throw foreign(path, owner.uid)
    throw cannotRead(error, path)
  }

  try {
    const found = await file.stat()
    if (!found.isFile()) throw unsafe(`${path} is not a regular file.`, 'Move it away.')
    checkOwnerAndMode(path, found)
    return found.size > maxBytes ? 'too-large' : await file.readFile()
  } catch (error) {
    throw cannotRead(error, path)
  } finally {
    await file.close()
  }
}

/**
 * Reads a secret that another program mounts (Kubernetes, Docker): through links, of any owner, readable by whomever, but
 * never one that others can write or put another file in the place of: they would choose the key.
 *
 * @returns `undefined` when there is no such file, `'too-large'` above `maxBytes`
 * @throws Problem STORE_UNSAFE, STORE_UNREADABLE (74)
 */
export async function readMounted(path: string, maxBytes: number): Promise<'too-large' | Buffer | undefined> {
  try {
    const real = await realpath(path)
    for (const folder of new Set([dirname(resolve(path)), dirname(real)])) {
      const {mode} = await stat(folder)
      // Where only its owner may take a file away (a sticky folder, such as a Kubernetes mount), it stays what it is.
      if (hasModes && mode & 0o002 && !(mode & 0o1000)) throw changeableByOthers(folder, mode)
    }

    await using file = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const found = await file.stat()
    if (!found.isFile()) throw unsafe(`${path} is not a regular file.`, 'Name a file that holds the key.')
    if (hasModes && found.mode & 0o022) throw changeableByOthers(real, found.mode)
    return found.size > maxBytes ? 'too-large' : await file.readFile()
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw cannotRead(error, path)
  }
}

/**
 * Lists a folder of ours. It must be ours and closed to others' writing: whoever can write it can swap its files.
 *
 * @returns no names when there is no such folder
 * @throws Problem STORE_UNSAFE, STORE_UNREADABLE (74)
 */
export async function listSafely(folder: string): Promise<readonly string[]> {
  try {
    const found = await lstat(folder)
    if (found.isSymbolicLink()) throw symbolicLink(folder)
    if (isForeign(found.uid)) throw foreign(folder, found.uid)
    if (hasModes && found.mode & 0o022) throw writableByOthers(folder, found.mode)
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error)) return []
    throw cannotRead(error, folder)
  }
}

/** As `listSafely`, of a home: one that is itself a link is its owner's choice. */
export async function listHome(homeDir: string): Promise<readonly string[]> {
  try {
    return await listSafely(await realpath(homeDir))
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

const hasModes = process.platform !== 'win32'

function checkOwnerAndMode(path: string, found: {readonly uid: number; readonly mode: number}): void {
  if (isForeign(found.uid)) throw foreign(path, found.uid)
  if (hasModes && found.mode & 0o077) throw readableByOthers(path, found.mode)
}

/** True for a file of another user. Where there are no users (Windows) the home's own protection must do. */
export function isForeign(uid: number): boolean {
  const own = process.geteuid?.()
  return own !== undefined && own !== uid
}

function foreign(path: string, uid: number) {
  refuseForeignHome(dirname(path))
  const name = userName(uid)
  const who = name === `uid ${uid}` ? name : `${name}, uid ${uid}`
  return (
    leftByRoot(path) ??
    unsafe(`${path} belongs to another user (${who}).`, `Give it back to your user: \`${giveBack(path)}\`.`)
  )
}

function symbolicLink(path: string) {
  return unsafe(
    `${path} is a symbolic link; credentials are not read through links.`,
    'Put the file itself in its place, or set SUPERSET_HOME_DIR to the folder that holds it.',
  )
}

function writableByOthers(path: string, mode: number) {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  return unsafe(`${path} can be changed by others (${octal}).`, 'Run `superset doctor --fix`.')
}

function changeableByOthers(path: string, mode: number) {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  return unsafe(`${path} can be changed by others (${octal}).`, `Run \`chmod go-w ${path}\`, or name another file.`)
}
