import {randomBytes} from 'node:crypto'
import {readdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** Takes all the space that this disk has left. */
export async function fill(folder: string): Promise<void> {
  for (const size of [65_536, 4096]) {
    while (await tryToWrite(path.join(folder, `ballast-${randomBytes(6).toString('hex')}`), size));
  }
}

export async function freeUp(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('ballast-')) await rm(path.join(folder, name))
  }
}

async function tryToWrite(file: string, size: number): Promise<boolean> {
  try {
    await writeFile(file, randomBytes(size))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
