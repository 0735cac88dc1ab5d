import type {Problem} from '@superset/identity'
import {EXIT, isProblem} from '@superset/identity'
import {problem} from '../problem.ts'
import {leftByRoot} from '@superset/identity/home'

/** What storage can say to a person: faults.md rows 52 to 61. No message ever holds a secret. */

const SIGN_IN = 'Run `superset auth login`.'
const DOCTOR_FIX = 'Run `superset doctor --fix`.'
const SQLITE_NOTADB = 26

/** What the write was for: only a refresh has a token that is now not spent. */
export type Purpose = 'change' | 'refresh' | 'sign-in'

const codeOf = (error: unknown): string => {
  const code = (error as {code?: unknown} | null)?.code
  return typeof code === 'string' ? code : 'unknown error'
}

/** Rows 56 and 57: a failure of the file system while writing. A Problem stays what it is. */
export function cannotWrite(error: unknown, folder: string, purpose: Purpose): Problem {
  if (isProblem(error)) return error
  const code = codeOf(error)
  const tail = purpose === 'refresh' ? '; not refreshing' : ''
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return problem(
      'STORE_FULL',
      EXIT.storage,
      `No space to save credentials in ${folder}${tail}.`,
      ['Free some space there, then run the command again.'],
      {cause: error},
    )
  }

  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    const left = code === 'EROFS' ? undefined : leftByRoot(folder)
    if (left) return left
    return problem(
      'STORE_READ_ONLY',
      EXIT.storage,
      `Cannot save credentials in ${folder} (${code === 'EROFS' ? 'read-only' : 'not writable by you'})${tail}.`,
      ['Make the folder writable, or set SUPERSET_HOME_DIR to one that is.'],
      {cause: error},
    )
  }

  return problem(
    'STORE_FAILED',
    EXIT.storage,
    `Cannot save credentials in ${folder} (${code})${tail}.`,
    ['Run `superset doctor`.'],
    {cause: error},
  )
}

export function cannotRead(error: unknown, path: string): Problem {
  if (isProblem(error)) return error
  const left = codeOf(error) === 'EACCES' ? leftByRoot(path) : undefined
  if (left) return left
  return problem(
    'STORE_UNREADABLE',
    EXIT.storage,
    `Cannot read ${path} (${codeOf(error)}).`,
    ['Run `superset doctor`.'],
    {cause: error},
  )
}

/** Row 61, for a mode that `doctor --fix` mends. */
export function readableByOthers(path: string, mode: number): Problem {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  const what = mode & 0o044 ? 'readable' : 'accessible'
  return unsafe(`${path} is ${what} by others (${octal}).`, DOCTOR_FIX)
}

/** Row 61, for what only its owner can put right. */
export function unsafe(message: string, suggestion: string): Problem {
  return problem('STORE_UNSAFE', EXIT.storage, message, [suggestion])
}

export function noHardLinks(folder: string, error: unknown): Problem {
  return problem(
    'STORE_NO_LINKS',
    EXIT.storage,
    `The file system of ${folder} has no hard links, so sealed credentials cannot be saved safely there.`,
    ['Set SUPERSET_HOME_DIR to a folder on another file system, or use `superset auth login --storage file`.'],
    {cause: error},
  )
}

/** Row 109: a share of another system (WSL, SMB, FAT). What is stored there would be refused by the next run. */
export function ignoresModes(folder: string, what: 'modes' | 'owners'): Problem {
  const how = what === 'modes' ? 'ignores the modes of files' : 'gives what you write to another user'
  return problem(
    'STORE_NO_MODES',
    EXIT.storage,
    `The file system of ${folder} ${how}, so credentials cannot be kept private there.`,
    ['Set SUPERSET_HOME_DIR to a folder on a file system that keeps them.'],
  )
}

/** Row 59. */
export function damaged(what: string, copy?: string): Problem {
  const where = copy === undefined ? what : `${what}; a copy is in ${copy}`
  return problem('STORE_DAMAGED', EXIT.storage, `Your stored session is damaged (${where}).`, [SIGN_IN])
}

/** Row 118: another program emptied or cut it. What is left of it is kept when it is replaced or signed out. */
export function damagedFile(path: string, fault: string): Problem {
  return problem('STORE_DAMAGED', EXIT.storage, `Your stored session is damaged (${path} ${fault}).`, [
    'Correct the file, or run `superset auth login`; what is left of it is kept in a copy.',
  ])
}

/** The index says that a record must exist, and there is none: lost, not signed out. */
export function lost(folder: string): Problem {
  return problem('STORE_LOST', EXIT.storage, `Your stored session is missing: there should be a record in ${folder}.`, [
    'Restore the folder, or run `superset auth login`.',
  ])
}

/** Row 59b. */
export function otherKey(source: string): Problem {
  return problem(
    'STORE_OTHER_KEY',
    EXIT.configuration,
    `This session was sealed with another key than the one from ${source}.`,
    source.startsWith('SUPERSET_') ? [`Set ${source} to the key of the sign-in.`, SIGN_IN] : [SIGN_IN],
  )
}

/** Row 60. */
export function newerVersion(): Problem {
  return problem('STORE_NEWER_VERSION', EXIT.configuration, 'Credentials were written by a newer version.', [
    'Install the newest superset.',
  ])
}

export function keyInvalid(name: string, why: string): Problem {
  return problem('STORE_KEY_INVALID', EXIT.configuration, `${name} is not a storage key: ${why}.`, [
    'Give 32 random bytes as 64 hexadecimal digits or as base64, or @ and the path of a file that holds them.',
    'Make one with `openssl rand -hex 32`.',
  ])
}

export function keyAbsent(): Problem {
  return problem(
    'STORE_KEY_ABSENT',
    EXIT.configuration,
    'The storage `key` seals with SUPERSET_STORAGE_KEY, which is not set.',
    ['Set SUPERSET_STORAGE_KEY (to the key of the sign-in, if there was one).', SIGN_IN],
  )
}

export function configInvalid(path: string, what: string): Problem {
  return problem('CONFIG_FILE_INVALID', EXIT.configuration, `${path} cannot be used: ${what}. It was left as it is.`, [
    'Correct the file, or move it away and run `superset auth login`.',
  ])
}

/** The lock of what several programs change: unless it can be had, nothing is changed. */
export function cannotLock(path: string, error: unknown): Problem {
  const {code, errcode = 0} = error as {code?: unknown; errcode?: number}
  if ((errcode & 0xff) === SQLITE_NOTADB) return unsafe(`${path} is no lock file of ours.`, DOCTOR_FIX)
  const left = code === 'EACCES' ? leftByRoot(path) : undefined
  if (left) return left
  if (code === 'EACCES') return unsafe(`${path} cannot be written by you, so nobody can hold that lock.`, DOCTOR_FIX)
  return cannotWrite(error, path, 'change')
}

/** Two of our own processes change the same file, and the other one does not come to an end. */
export function lockBusy(path: string): Problem {
  return problem('STORE_LOCK_BUSY', EXIT.temporary, `Another superset has been changing ${path} for 5 s.`, [
    'Run the command again.',
  ])
}
