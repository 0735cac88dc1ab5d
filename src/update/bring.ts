import {mkdir, rename} from 'node:fs/promises'
import path from 'node:path'
import {downloadArchive, type DownloadContext} from './download.ts'
import {freeFolder, type InstalledVersion, installed, unfinishedName, versionsFolder} from './installation.ts'
import type {Release} from './payload.ts'
import {compileStart, demandStart, type StartContext} from './start-check.ts'
import {remove} from './sweep.ts'
import {synced, unpack} from './unpack.ts'

export type FetchContext = DownloadContext & StartContext

/**
 * Downloads, unpacks and tries a release. Only then does its folder get the name of a version; whatever fails before,
 * nothing is left of it. Only who holds the lock may call it.
 * @throws Problem UPDATE_*; errors of the file system
 */
export async function fetchRelease(
  base: URL,
  release: Release,
  root: string,
  options: FetchContext,
): Promise<InstalledVersion> {
  const {archive, version} = release
  const versions = versionsFolder(root)
  const url = new URL(`versions/${version}/${archive.file}`, base)
  const file = await downloadArchive(url, release, root, options)
  const made = path.join(versions, unfinishedName(version))
  try {
    await mkdir(made, 0o755)
    await unpack(file, made, options.signal)
    await demandStart(made, version, options)
    await compileStart(made, options)
    const folder = freeFolder(version, await installed(root))
    await rename(made, path.join(versions, folder))
    await synced(versions)
    return {folder, version}
  } catch (error) {
    // The fault that led here is the one to tell; what cannot be removed now is swept later.
    await remove(made).catch(() => {})
    throw error
  } finally {
    await file.close()
  }
}
