import {EXIT, Problem} from '@superset/identity'
import path from 'node:path'

const SQLITE_READONLY = 8
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14

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
    return new Problem({
      ...base,
      code: 'STORE_READ_ONLY',
      message: `Cannot save credentials in ${folder} (read-only); not refreshing.`,
    })
  }

  return new Problem({
    ...base,
    code: 'LEDGER_UNUSABLE',
    message: `The refresh ledger ${file} cannot be used (${errstr ?? code ?? 'unknown fault'}); refreshing without it could end your session, so nothing was sent.`,
  })
}
