import {rename, rm, symlink, utimes} from 'node:fs/promises'
import path from 'node:path'
import {type InstalledVersion, unfinishedName, versionsFolder} from './installation.ts'
import {synced} from './unpack.ts'

/** From this on every start runs that version: one rename, so that at each moment it is the old one or the new one. */
export async function switchOver(root: string, {folder}: InstalledVersion): Promise<void> {
  const made = path.join(root, unfinishedName('current'))
  await symlink(path.join('versions', folder), made)
  try {
    await rename(made, path.join(root, 'current'))
  } catch (error) {
    await rm(made, {force: true})
    throw error
  }

  await synced(root)
}

/** Its time counts from now on: for how long it is kept. */
export async function markUsed(root: string, {folder}: InstalledVersion): Promise<void> {
  const now = new Date()
  await utimes(path.join(versionsFolder(root), folder), now, now)
}
