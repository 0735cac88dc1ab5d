import {closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {EXIT, isObject, Problem} from '@superset/identity'
import {giveBack, leftByRoot, ownerOf, refuseForeignHome, replaceFile, userName} from '@superset/identity/home'

const MAX_BYTES = 64 * 1024
const OTHERS_MAY_WRITE = 0o022

/**
 * A file of settings. Not secret, but it says where credentials go: one that others could have written is refused.
 * @returns `undefined` where there is none
 * @throws Problem CONFIG_UNREADABLE, CONFIG_UNSAFE, CONFIG_INVALID (78)
 */
export function readJson(file: string): Record<string, unknown> | undefined {
  const text = readOwn(file)
  if (text === undefined) return undefined
  const value = parsed(text)
  if (isObject(value)) return value
  throw bad('CONFIG_INVALID', `${file} is not a JSON object.`, file)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function readOwn(file: string): string | undefined {
  let descriptor: number | undefined
  try {
    // O_NONBLOCK: a FIFO in the file's place must not hang the command.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const found = fstatSync(descriptor)
    const {mode, size, uid} = found
    if (!found.isFile()) throw bad('CONFIG_INVALID', `${file} is not a regular file.`, file)
    const own = process.geteuid?.()
    if (own !== undefined && uid !== own && uid !== 0) throw foreign(file, uid)
    if (own !== undefined && mode & OTHERS_MAY_WRITE) {
      throw bad('CONFIG_UNSAFE', `Others can write ${file}, which says where credentials go.`, file)
    }

    if (size > MAX_BYTES) throw bad('CONFIG_INVALID', `${file} is larger than any settings are.`, file)
    return readFileSync(descriptor, 'utf8')
  } catch (error) {
    if (error instanceof Problem) throw error
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(file, code)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/**
 * Takes the place of what is there, whole: a reader sees the old file or the new one.
 * @throws Problem STORE_SETTINGS (74), STORE_FOREIGN_HOME, STORE_LEFT_BY_ROOT (78)
 */
export function writeJson(file: string, value: object): void {
  refuseForeignHome(path.dirname(file))
  try {
    mkdirSync(path.dirname(file), {recursive: true, mode: 0o700})
    replaceFile(file, `${JSON.stringify(value, null, 2)}\n`)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    const left = code === 'EACCES' ? leftByRoot(file) : undefined
    if (left) throw left
    throw new Problem({
      code: 'STORE_SETTINGS',
      message: `${file} cannot be written (${code ?? 'unknown fault'}); nothing was changed.`,
      exit: EXIT.storage,
      suggestions: ['Run `superset doctor`.'],
      cause: error,
    })
  }
}

/** Another user's file cannot even be opened: its owner is the news. */
function unreadable(file: string, code: string | undefined): Problem {
  if (code === 'EACCES') {
    const left = leftByRoot(file)
    if (left) return left
    const owner = ownerOf(file)
    if (owner !== undefined && owner !== process.geteuid?.()) return foreign(file, owner)
  }

  return bad('CONFIG_UNREADABLE', `${file} cannot be read (${code ?? 'unknown fault'}).`, file)
}

/** Its user can neither correct nor remove it (row 108). @throws Problem STORE_FOREIGN_HOME (78) for root in such a home */
function foreign(file: string, owner: number): Problem {
  refuseForeignHome(path.dirname(file))
  return (
    leftByRoot(file) ??
    new Problem({
      code: 'CONFIG_UNSAFE',
      message: `${file} belongs to another user (${userName(owner)}).`,
      exit: EXIT.configuration,
      suggestions: [`Give it back to your user: \`${giveBack(path.dirname(file))}\`.`],
    })
  )
}

function bad(code: string, message: string, file: string): Problem {
  return new Problem({code, message, exit: EXIT.configuration, suggestions: [`Correct or remove ${file}.`]})
}
