import {readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'

/**
 * What the daily look for a newer version knows, in one file of the installation: its time is the time of the last look,
 * and it is empty unless there is something to tell. Nothing here loads more than Node's own modules: every command of a
 * person passes by.
 */
export const NOTICE_FILE = 'update-check.json'
const DAY_MS = 86_400_000
const VERSION = /^\d+\.\d+\.\d+[\w.-]{0,48}$/

export interface Known {
  readonly isLookDue: boolean
  readonly hasNotice: boolean
}

/** @param app the folder of the program's package.json @returns the installation's root, where it has one */
export function rootOf(app: string): string | undefined {
  const versions = path.dirname(path.dirname(app))
  return path.basename(app) === 'app' && path.basename(versions) === 'versions' ? path.dirname(versions) : undefined
}

export function known(root: string, now: number): Known {
  const entry = statSync(path.join(root, NOTICE_FILE), {throwIfNoEntry: false})
  // A time to come is the trace of a clock that was wrong.
  const isFresh = entry !== undefined && Math.abs(now - entry.mtimeMs) < DAY_MS
  return {isLookDue: !isFresh, hasNotice: (entry?.size ?? 0) > 0}
}

/** Nothing to tell (any more), and no look until tomorrow. @returns false where this user cannot write there */
export function settle(root: string): boolean {
  try {
    writeFileSync(path.join(root, NOTICE_FILE), '')
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false
    throw error
  }
}

/** The newer version, unless it was found for another one than runs now. */
export function noticed(root: string, running: string): string | undefined {
  try {
    const {seenBy, version} = JSON.parse(readFileSync(path.join(root, NOTICE_FILE), 'utf8')) as Record<string, unknown>
    return seenBy === running && typeof version === 'string' && VERSION.test(version) ? version : undefined
  } catch (error) {
    // Somebody else's look is writing it, or it was written by hand.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
