import {spawnSync} from 'node:child_process'
import {statSync} from 'node:fs'
import path from 'node:path'
import {CLI} from './cli.ts'
import {skip} from './skip.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Instead of what lies in the closed folder ($1) the repository ($0) alone. */
const REVEAL =
  'mount --bind "$0" /mnt && mount -t tmpfs -o mode=755 none "$1" && mkdir -p "$0" && mount --bind /mnt "$0" && shift && exec "$@"'

/**
 * What stands in front of a program of this repository that another user runs. That user may be unable to enter a folder
 * above the repository, such as one of mktemp's: the program then has a mount namespace of its own, where it is open.
 */
export function asUser(uid: number): readonly string[] {
  const become = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const closed = topmostClosed(path.dirname(ROOT))
  return closed === undefined ? become : ['unshare', '--mount', 'sh', '-c', REVEAL, ROOT, closed, ...become]
}

/** For a `before` hook, or a test. */
export function needsUser(self: Mocha.Context, uid: number): void {
  const [program = '', ...args] = asUser(uid)
  const {status} = spawnSync(program, [...args, process.execPath, CLI, '--version'])
  if (status !== 0) skip(self, 'only root can become another user, and it must be able to read this folder')
}

function topmostClosed(folder: string): string | undefined {
  const above = folder === path.dirname(folder) ? undefined : topmostClosed(path.dirname(folder))
  return above ?? (statSync(folder).mode & 0o001 ? undefined : folder)
}
