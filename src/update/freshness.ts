import {mkdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import {expired, replayed} from './problems.ts'
import {keepFile} from './installation.ts'

/** Of a signed file that a later one replaces. */
export interface Validity {
  /** Grows with each signing, and only grows. */
  readonly serial: number
  /** ISO 8601: not believed from then on. */
  readonly expiresAt: string
}

/** The name under which the list of versions is remembered; no channel has such a one. */
export const INDEX = 'versions.index'

/**
 * An old file, truly signed, must not pass for the newest: neither for long, nor where a later one was seen.
 * @param seen the highest serial that this installation has accepted
 * @throws Problem UPDATE_EXPIRED, UPDATE_REPLAYED (1)
 */
export function demandFresh({expiresAt, serial}: Validity, seen: number | undefined, now: number, what: string): void {
  if (seen !== undefined && serial < seen) throw replayed(what)
  if (Date.parse(expiresAt) <= now) throw expired(what, expiresAt, new Date(now).toISOString())
}

/** The highest serial that was accepted for a channel; the install script reads and writes the same file. */
export async function seenSerial(root: string, channel: string): Promise<number | undefined> {
  try {
    const text = await readFile(path.join(root, 'serials', channel), 'utf8')
    return /^\d{1,15}\n?$/.test(text) ? Number(text) : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Only who holds the lock may call it: of two at once, the later must not be forgotten. */
export async function rememberSerial(root: string, channel: string, serial: number): Promise<void> {
  if (((await seenSerial(root, channel)) ?? 0) >= serial) return
  await mkdir(path.join(root, 'serials'), {recursive: true})
  keepFile(root, path.join('serials', channel), `${serial}\n`)
}
