import {type FileLock, refuseForeignHome, tryFileLock} from '@superset/identity/home'
import {accessSync, chmodSync, constants, statSync} from 'node:fs'
import path from 'node:path'

/**
 * The right to change what lies beside a file. The file is never deleted: who waits would go on waiting for the deleted one.
 * @returns the lock, or `undefined` while another process, or another part of this one, has it
 * @throws an error whose `code` is `EACCES` where the file cannot be written; Problem STORE_FOREIGN_HOME (78)
 */
export function holdFile(file: string): FileLock | undefined {
  refuseForeignHome(path.dirname(file))
  accessSync(path.dirname(file), constants.W_OK)
  const found = statSync(file, {throwIfNoEntry: false})
  // One's own file is mended.
  if (found && (found.mode & 0o200) === 0 && found.uid === process.geteuid?.()) chmodSync(file, found.mode | 0o600)
  return tryFileLock(file)
}
