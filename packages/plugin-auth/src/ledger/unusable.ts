import {EXIT, Problem} from '@superset/identity'
import {leftByRoot} from '@superset/identity/home'
import path from 'node:path'

const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/**
 * What it means that the ledger, or a lock beside it, cannot be used. Rows 56 and 57 come to light here first:
 * refreshing begins with a lock and a claim.
 */
export function unusable(file: string, cause: unknown): Problem {
  const {code, errcode = 0, errstr} = cause as {code?: string; errcode?: number; errstr?: string}
  const kind = errcode & 0xff
  const folder = path.dirname(path.dirname(file))
  const base = {exit: EXIT.storage, cause, suggestions: [`Make ${folder} writable, then run \`superset doctor\`.`]}
  if (kind === SQLITE_FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return new Problem({
      ...base,
      code: 'STORE_FULL',
      message: `No space to save credentials in ${folder}; not refreshing.`,
    })
  }

  if (kind === SQLITE_READONLY || kind === SQLITE_CANTOPEN || code === 'EROFS' || code === 'EACCES') {
    const left = leftByRoot(file)
    if (left) return left
    return new Problem({
      ...base,
      code: 'STORE_READ_ONLY',
      message: `Cannot save credentials in ${folder} (read-only); not refreshing.`,
    })
  }

  const isDamage = kind === SQLITE_NOTADB || kind === SQLITE_CORRUPT
  return new Problem({
    ...base,
    ...(isDamage && {suggestions: ['Run `superset doctor --fix`.']}),
    code: 'LEDGER_UNUSABLE',
    message: `${file} cannot be used (${errstr ?? code ?? 'unknown fault'}); refreshing without it could end your session, so nothing was sent.`,
  })
}
