import {lstatSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import path from 'node:path'

/**
 * The last look for a newer version, in one file of the installation. Nothing here loads more than Node's own modules: every
 * command of a person passes by.
 */
export interface UpdateCheck {
  /** Milliseconds since 1970, as everywhere here. */
  readonly at: number
  /** When the next one is due: a day later, and up to six hours more, so that not all machines ask at once. */
  readonly next: number
  /** What came of it; `started` until it has ended. */
  readonly outcome: 'current' | 'failed' | 'later' | 'left' | 'started' | 'updated'
  /** The version that was offered. */
  readonly version?: string
  /** Of the fault. */
  readonly code?: string
  /** Of an update that nobody was told of. */
  readonly from?: string
}

const LOOK_FILE = 'update-check.json'
const DAY_MS = 86_400_000
const SPREAD_MS = DAY_MS / 4
const VERSION = /^\d+\.\d+\.\d+[\w.-]{0,48}$/
const OUTCOMES: readonly unknown[] = ['current', 'failed', 'later', 'left', 'started', 'updated']

/** @param app the folder of the program's package.json @returns the installation's root, where it has one */
export function rootOf(app: string): string | undefined {
  const versions = path.dirname(path.dirname(app))
  return path.basename(app) === 'app' && path.basename(versions) === 'versions' ? path.dirname(versions) : undefined
}

/** @returns `undefined` where there was none, or the file is not ours to understand */
export function lastLook(root: string): UpdateCheck | undefined {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path.join(root, LOOK_FILE), 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || isAbsent(error)) return undefined
    throw error
  }

  if (typeof value !== 'object' || value === null) return undefined
  const {at, code, from, next, outcome, version} = value as Record<string, unknown>
  if (!Number.isFinite(at) || !Number.isFinite(next) || !OUTCOMES.includes(outcome)) return undefined
  return {
    at: Number(at),
    next: Number(next),
    outcome: outcome as UpdateCheck['outcome'],
    ...(isVersion(version) && {version}),
    ...(isVersion(from) && {from}),
    ...(typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) && {code}),
  }
}

export function isDue(look: UpdateCheck | undefined, now: number): boolean {
  // A look in the future, or one that is to come in a year, is the trace of a clock that was wrong.
  return look === undefined || now >= look.next || look.at > now || look.next > now + DAY_MS + SPREAD_MS
}

/** @param random from 0 to 1 */
export function begun(now: number, random: number): UpdateCheck {
  return {at: now, next: now + DAY_MS + Math.floor(random * SPREAD_MS), outcome: 'started'}
}

/** In one step. @returns false where there is no room, or no right to write */
export function keepLook(root: string, look: UpdateCheck, draft: string): boolean {
  const made = path.join(root, draft)
  try {
    writeFileSync(made, JSON.stringify(look))
    renameSync(made, path.join(root, LOOK_FILE))
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false
    throw error
  }
}

/** The update that was made by itself and is not told yet, as the version that runs can tell it. */
export function untold(look: UpdateCheck | undefined, running: string): {from: string; to: string} | undefined {
  const {from, outcome, version} = look ?? {}
  return outcome === 'updated' && from !== undefined && version === running ? {from, to: version} : undefined
}

/** Whether it is this user's to change: not merely writable, as everything is for root. */
export function isOwn(root: string, user: number | undefined): boolean {
  return [root, path.join(root, 'versions')].every((folder) => {
    const {mode = 0, uid} = lstatSync(folder, {throwIfNoEntry: false}) ?? {}
    return uid !== undefined && (user === undefined || uid === user) && (mode & 0o200) !== 0
  })
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && VERSION.test(value)
}

function isAbsent(error: unknown): boolean {
  return ['EACCES', 'ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}
