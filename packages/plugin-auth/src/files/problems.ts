import {EXIT, isProblem, Problem} from '@superset/identity'
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
    return new Problem({
      code: 'STORE_FULL',
      message: `No space to save credentials in ${folder}${tail}.`,
      exit: EXIT.storage,
      suggestions: ['Free some space there, then run the command again.'],
      cause: error,
    })
  }

  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    const left = code === 'EROFS' ? undefined : leftByRoot(folder)
    if (left) return left
    return new Problem({
      code: 'STORE_READ_ONLY',
      message: `Cannot save credentials in ${folder} (${code === 'EROFS' ? 'read-only' : 'not writable by you'})${tail}.`,
      exit: EXIT.storage,
      suggestions: ['Make the folder writable, or set SUPERSET_HOME_DIR to one that is.'],
      cause: error,
    })
  }

  return new Problem({
    code: 'STORE_FAILED',
    message: `Cannot save credentials in ${folder} (${code})${tail}.`,
    exit: EXIT.storage,
    suggestions: ['Run `superset doctor`.'],
    cause: error,
  })
}

export function cannotRead(error: unknown, path: string): Problem {
  if (isProblem(error)) return error
  const left = codeOf(error) === 'EACCES' ? leftByRoot(path) : undefined
  if (left) return left
  return new Problem({
    code: 'STORE_UNREADABLE',
    message: `Cannot read ${path} (${codeOf(error)}).`,
    exit: EXIT.storage,
    suggestions: ['Run `superset doctor`.'],
    cause: error,
  })
}

/** Row 61, for a mode that `doctor --fix` mends. */
export function readableByOthers(path: string, mode: number): Problem {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  const what = mode & 0o044 ? 'readable' : 'accessible'
  return unsafe(`${path} is ${what} by others (${octal}).`, DOCTOR_FIX)
}

/** Row 61, for what only its owner can put right. */
export function unsafe(message: string, suggestion: string): Problem {
  return new Problem({code: 'STORE_UNSAFE', message, exit: EXIT.storage, suggestions: [suggestion]})
}

export function noHardLinks(folder: string, error: unknown): Problem {
  return new Problem({
    code: 'STORE_NO_LINKS',
    message: `The file system of ${folder} has no hard links, so sealed credentials cannot be saved safely there.`,
    exit: EXIT.storage,
    suggestions: [
      'Set SUPERSET_HOME_DIR to a folder on another file system, or use `superset auth login --storage file`.',
    ],
    cause: error,
  })
}

/** Row 109: a share of another system (WSL, SMB, FAT). What is stored there would be refused by the next run. */
export function ignoresModes(folder: string, what: 'modes' | 'owners'): Problem {
  const how = what === 'modes' ? 'ignores the modes of files' : 'gives what you write to another user'
  return new Problem({
    code: 'STORE_NO_MODES',
    message: `The file system of ${folder} ${how}, so credentials cannot be kept private there.`,
    exit: EXIT.storage,
    suggestions: ['Set SUPERSET_HOME_DIR to a folder on a file system that keeps them.'],
  })
}

/** Row 59. */
export function damaged(what: string, copy?: string): Problem {
  const where = copy === undefined ? what : `${what}; a copy is in ${copy}`
  return new Problem({
    code: 'STORE_DAMAGED',
    message: `Your stored session is damaged (${where}).`,
    exit: EXIT.storage,
    suggestions: [SIGN_IN],
  })
}

/** Row 118: another program emptied or cut it. What is left of it is kept when it is replaced or signed out. */
export function damagedFile(path: string, fault: string): Problem {
  return new Problem({
    code: 'STORE_DAMAGED',
    message: `Your stored session is damaged (${path} ${fault}).`,
    exit: EXIT.storage,
    suggestions: ['Correct the file, or run `superset auth login`; what is left of it is kept in a copy.'],
  })
}

/** The index says that a record must exist, and there is none: lost, not signed out. */
export function lost(folder: string): Problem {
  return new Problem({
    code: 'STORE_LOST',
    message: `Your stored session is missing: there should be a record in ${folder}.`,
    exit: EXIT.storage,
    suggestions: ['Restore the folder, or run `superset auth login`.'],
  })
}

/** Row 59b. */
export function otherKey(source: string): Problem {
  return new Problem({
    code: 'STORE_OTHER_KEY',
    message: `This session was sealed with another key than the one from ${source}.`,
    exit: EXIT.configuration,
    suggestions: source.startsWith('SUPERSET_') ? [`Set ${source} to the key of the sign-in.`, SIGN_IN] : [SIGN_IN],
  })
}

/** Row 60. */
export function newerVersion(): Problem {
  return new Problem({
    code: 'STORE_NEWER_VERSION',
    message: 'Credentials were written by a newer version.',
    exit: EXIT.configuration,
    suggestions: ['Install the newest superset.'],
  })
}

export function keyInvalid(name: string, why: string): Problem {
  return new Problem({
    code: 'STORE_KEY_INVALID',
    message: `${name} is not a storage key: ${why}.`,
    exit: EXIT.configuration,
    suggestions: [
      'Give 32 random bytes as 64 hexadecimal digits or as base64, or @ and the path of a file that holds them.',
      'Make one with `openssl rand -hex 32`.',
    ],
  })
}

export function keyAbsent(): Problem {
  return new Problem({
    code: 'STORE_KEY_ABSENT',
    message: 'The storage `key` seals with SUPERSET_STORAGE_KEY, which is not set.',
    exit: EXIT.configuration,
    suggestions: ['Set SUPERSET_STORAGE_KEY (to the key of the sign-in, if there was one).', SIGN_IN],
  })
}

export function configInvalid(path: string, what: string): Problem {
  return new Problem({
    code: 'CONFIG_FILE_INVALID',
    message: `${path} cannot be used: ${what}. It was left as it is.`,
    exit: EXIT.configuration,
    suggestions: ['Correct the file, or move it away and run `superset auth login`.'],
  })
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
  return new Problem({
    code: 'STORE_LOCK_BUSY',
    message: `Another superset has been changing ${path} for 5 s.`,
    exit: EXIT.temporary,
    retryable: true,
    suggestions: ['Run the command again.'],
  })
}
