import {refuseForeignHome} from '@superset/identity/home'
import {open, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import {unfinishedName} from './installation.ts'

/** Puts a small file in the place of one that may be there, in one step; its content is on the disk before. @throws Problem STORE_FOREIGN_HOME (78) */
export async function replaceFile(root: string, name: string, text: string): Promise<void> {
  refuseForeignHome(root)
  const made = path.join(root, unfinishedName(path.basename(name)))
  try {
    const file = await open(made, 'wx', 0o644)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }

    await rename(made, path.join(root, name))
  } catch (error) {
    await rm(made, {force: true})
    throw error
  }
}
