import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A file system of its own, so that a disk can be full or read-only even for root. */
export interface SmallDisk extends Disposable {
  readonly root: string
  /** Fails while files are open for writing. */
  setReadOnly(readOnly: boolean): void
}

/** @returns the reason as text where nothing can be mounted */
export function smallDisk(kilobytes: number): SmallDisk | string {
  if (process.platform !== 'linux') return 'tmpfs is mounted on Linux only'
  const root = mkdtempSync(join(tmpdir(), 'superset-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0700`, 'tmpfs', root], {stdio: 'pipe'})
  } catch (error) {
    rmSync(root, {recursive: true})
    return `mounting a tmpfs is not possible here: ${(error as Error).message.split('\n')[0] ?? ''}`
  }

  return {
    root,
    setReadOnly: (readOnly) =>
      execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, root], {stdio: 'pipe'}),
    [Symbol.dispose]() {
      // A refresh helper outlives the run that it has served by some milliseconds: the disk goes when it has.
      execFileSync('umount', ['--lazy', root])
      rmSync(root, {recursive: true})
    },
  }
}
