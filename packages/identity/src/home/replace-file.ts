import {randomBytes} from 'node:crypto'
import {closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync} from 'node:fs'
import path from 'node:path'
import {refuseForeignHome} from './ownership.ts'

/** How `replaceFile` writes. */
export interface ReplaceOptions {
  /** Of the new file; 0600 unless given. */
  readonly mode?: number
  /** Path of what is not finished yet, on the same file system; beside the file unless given. */
  readonly draft?: string
}

/**
 * Puts a small text in the place of a file that may be there, in one step: a reader sees the old file or the new one, and
 * the new one is on the disk before.
 * @throws errors of the file system; Problem STORE_FOREIGN_HOME (78)
 */
export function replaceFile(file: string, text: string, options: ReplaceOptions = {}): void {
  const folder = path.dirname(file)
  refuseForeignHome(folder)
  const {draft = path.join(folder, `.superset-${process.pid}-${randomBytes(8).toString('hex')}.tmp`), mode = 0o600} =
    options
  const descriptor = openSync(draft, 'wx', mode)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    renameSync(draft, file)
  } finally {
    closeSync(descriptor)
    rmSync(draft, {force: true})
  }
}
