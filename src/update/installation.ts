import {replaceFile} from '@superset/identity/home'
import {randomBytes} from 'node:crypto'
import {lstatSync} from 'node:fs'
import {readdir, readFile, readlink} from 'node:fs/promises'
import path from 'node:path'
import {compareVersions, isChannel, isVersion} from './release-version.ts'

/** Where this program was installed from an archive: `<root>/versions/<folder>/app` is what runs. */
export interface Installation {
  readonly root: string
  /** The folder below `versions` that this program runs from. */
  readonly folder: string
  readonly version: string
}

/** One version on disk, whole: a folder gets such a name only when it is. */
export interface InstalledVersion {
  /** The version, or `<version>+<n>` where it was brought anew. */
  readonly folder: string
  readonly version: string
}

/** Never taken for a version, and swept when its maker is gone. The install script's own begin alike and end otherwise. */
const UNFINISHED = /^\..+-[\da-f]{12}$/
const FOLDER = /^([^+]+)(?:\+([1-9]\d{0,5}))?$/

/** @param app the folder of the program's package.json; no file is looked at */
export function installationOf(app: string, version: string): Installation | undefined {
  const own = path.dirname(app)
  const versions = path.dirname(own)
  const folder = path.basename(own)
  const isOne = path.basename(app) === 'app' && path.basename(versions) === 'versions'
  return isOne && installedAs(folder)?.version === version ? {root: path.dirname(versions), folder, version} : undefined
}

/** Whether `current` is ours to replace. */
export function hasCurrent({root}: Installation): boolean {
  return lstatSync(path.join(root, 'current'), {throwIfNoEntry: false})?.isSymbolicLink() ?? false
}

export function versionsFolder(root: string): string {
  return path.join(root, 'versions')
}

export function unfinishedName(what: string): string {
  return `.${what}-${randomBytes(6).toString('hex')}`
}

/** In the place of a small file that may be there; what a killed update leaves of it is swept. @throws as `replaceFile` */
export function keepFile(root: string, name: string, text: string): void {
  replaceFile(path.join(root, name), text, {mode: 0o644, draft: path.join(root, unfinishedName(path.basename(name)))})
}

export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name)
}

/** What is installed, oldest first. */
export async function installed(root: string): Promise<readonly InstalledVersion[]> {
  const entries = await readdir(versionsFolder(root), {withFileTypes: true})
  return entries
    .flatMap((entry) => (entry.isDirectory() ? (installedAs(entry.name) ?? []) : []))
    .toSorted((one, other) => compareVersions(one.version, other.version) || turnOf(one) - turnOf(other))
}

/** What the next start runs. */
export async function current(root: string): Promise<InstalledVersion | undefined> {
  try {
    const target = await readlink(path.join(root, 'current'))
    return installedAs(path.basename(target))
  } catch (error) {
    if (['EINVAL', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** The folder for a version that is brought (again): never one that is there, for something may run from it. */
export function freeFolder(version: string, present: readonly InstalledVersion[]): string {
  const turns = present.filter((one) => one.version === version).map((one) => turnOf(one))
  return turns.length === 0 ? version : `${version}+${Math.max(...turns) + 1}`
}

/** The channel that this installation follows: the one that was chosen last, or that its release says. */
export async function followedChannel({folder, root}: Installation): Promise<string | undefined> {
  const chosen = (await textAt(path.join(root, 'channel')))?.trim()
  if (chosen !== undefined && isChannel(chosen)) return chosen
  const release = await textAt(path.join(versionsFolder(root), folder, 'release.json'))
  const {channel} = (release === undefined ? {} : JSON.parse(release)) as {channel?: unknown}
  return typeof channel === 'string' && isChannel(channel) ? channel : undefined
}

async function textAt(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function installedAs(folder: string): InstalledVersion | undefined {
  const version = FOLDER.exec(folder)?.[1]
  return version !== undefined && isVersion(version) ? {folder, version} : undefined
}

function turnOf({folder}: InstalledVersion): number {
  return Number(FOLDER.exec(folder)?.[2] ?? 0)
}
