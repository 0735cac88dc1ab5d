import {existsSync, globSync, readdirSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import type {Entry} from '../plan/entry.ts'
import {licenceOf, type LicensedPackage} from '../plan/licences.ts'
import type {Manifest} from '../plan/manifest.ts'
import {omissionOf} from '../plan/prune.ts'
import {unusedPackages} from '../plan/unused.ts'
import {BUNDLED, readJson, readLock, readManifest} from './source.ts'

const LICENCE = /^(licen[cs]e|copying|notice|unlicense)([.-][^/]*)?$/i

/** The CLI and our own packages: what their `files` name, and package.json. @param prefix ends with a slash, or is '' */
export function ownEntries(root: string, prefix: string, manifest: Manifest): Entry[] {
  const own = listed(root, '.', prefix, '').filter(({path: name}) => !name.endsWith(`${prefix}oclif.manifest.json`))
  const commands = {...readJson<Manifest>(path.join(root, 'oclif.manifest.json')), version: manifest.version}
  return [
    ...own,
    textEntry(`${prefix}package.json`, manifest),
    textEntry(`${prefix}oclif.manifest.json`, commands),
    ...BUNDLED.flatMap((folder) => {
      const to = `node_modules/${readManifest(root, folder).name}/`
      const manifest = fileEntry(`${prefix}${to}package.json`, path.join(root, folder, 'package.json'))
      return [manifest, ...listed(root, folder, prefix, to)]
    }),
  ]
}

/** Everything below node_modules that is of use at run time. @param stage where npm put it */
export function dependencyEntries(stage: string, prefix: string): Entry[] {
  const nested = BUNDLED.map((folder) => [
    `${folder}/node_modules`,
    `node_modules/${nameOf(stage, folder)}/node_modules`,
  ])
  // Our own are links there, which Node's walk follows: they come from `ownEntries`, and nothing may be in an archive twice.
  const ours = BUNDLED.map((folder) => `${nameOf(stage, folder)}/`)
  const unused = unusedPackages(readLock(stage))
  return [['node_modules', 'node_modules'], ...nested].flatMap(([from = '', to = '']) =>
    filesBelow(path.join(stage, from)).flatMap((file) =>
      omissionOf(`${to}/${file}`) === undefined &&
      !unused.has(packageOf(`${from}/${file}`)) &&
      !(from === to && ours.some((one) => file.startsWith(one)))
        ? fileEntry(`${prefix}${to}/${file}`, path.join(stage, from, file))
        : [],
    ),
  )
}

/** The place of the package that a file belongs to, as a lock file names it. */
function packageOf(file: string): string {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''
}

/** Packages that are really inside, with their licences. */
export function packagesInside(entries: readonly Entry[]): LicensedPackage[] {
  const manifests = entries.filter(({path: name}) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(name))
  return manifests.flatMap(({source}) => {
    if (!('file' in source)) return []
    const folder = path.dirname(source.file)
    const manifest = readJson<Manifest>(source.file)
    const files = globSync('*', {cwd: folder}).filter(
      (file) => LICENCE.test(file) && statSync(path.join(folder, file)).isFile(),
    )
    const texts = files.toSorted().map((file) => ({file, text: readFileSync(path.join(folder, file), 'utf8')}))
    return {name: manifest.name, version: manifest.version, licence: licenceOf(manifest), texts}
  })
}

export function textEntry(name: string, content: object | string): Entry {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
  return {path: name, source: {text}, executable: false}
}

export function fileEntry(name: string, file: string): Entry {
  return {path: name, source: {file}, executable: (statSync(file).mode & 0o100) !== 0}
}

/** What `files` of a package names. @param to where the package is, below the folder of the CLI */
function listed(root: string, folder: string, prefix: string, to: string): Entry[] {
  const {files} = readJson<{files: string[]}>(path.join(root, folder, 'package.json'))
  return files.flatMap((named) => {
    const from = path.join(root, folder, named)
    const names = statSync(from).isFile() ? [''] : filesBelow(from).map((file) => `/${file}`)
    return names.flatMap((name) => {
      const full = `${to}${named.slice(1)}${name}`
      return omissionOf(full) === undefined ? fileEntry(prefix + full, from + name) : []
    })
  })
}

/** Regular files alone, dots included. No link is followed: it leads to our own packages, or is npm's. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(path.join(folder, entry.name)).map((file) => `${entry.name}/${file}`)
    return entry.isFile() ? entry.name : []
  })
}

function nameOf(stage: string, folder: string): string {
  return readManifest(stage, folder).name
}
