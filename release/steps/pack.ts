import {mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {keyId} from '../plan/keys.ts'
import type {Entry} from '../plan/entry.ts'
import {thirdPartyPage} from '../plan/licences.ts'
import {installedManifest} from '../plan/manifest.ts'
import {platformOf} from '../plan/platform.ts'
import type {Readiness} from '../plan/readiness.ts'
import {Refusal} from '../plan/refusal.ts'
import {shippedSbom} from '../plan/sbom.ts'
import {writeArchive, type ArchiveOptions, type WrittenArchive} from './archive.ts'
import {dependencyEntries, ownEntries, packagesInside, textEntry} from './inventory.ts'
import {bringNode, type NodeBinary} from './node-binary.ts'
import {demandFresh, readManifest, sourceDate} from './source.ts'
import {stageDependencies} from './stage.ts'

export interface PackOptions {
  readonly root: string
  readonly platform: string
  readonly version: string
  readonly channel?: string | undefined
  readonly readiness: Readiness
  readonly out: string
  readonly level: ArchiveOptions['level']
  /** Whether dependencies are brought anew although the lock file has not changed. */
  readonly fresh: boolean
}

/** What `release:publish` needs to know of an archive; written beside it. */
export interface PackedNote {
  readonly version: string
  readonly platform: string
  readonly channel?: string
  readonly isTest: boolean
  readonly host: string
  /** Raw Ed25519, base64url: what an installation of it trusts. */
  readonly keys: readonly string[]
  readonly file: string
  readonly size: number
  readonly sha256: string
}

export interface PackedArchive extends PackedNote, WrittenArchive {
  readonly nodeVersion: string
}

/** Writes one archive and its note into `out`. @throws Refusal */
export async function pack(options: PackOptions): Promise<PackedArchive> {
  const {root, version, readiness, out, channel} = options
  const platform = platformOf(options.platform)
  demandFresh(root)
  const stage = stageDependencies(root, platform, options.fresh)
  mkdirSync(out, {recursive: true})
  const work = mkdtempSync(path.join(out, '.packing-'))
  try {
    const node = await bringNode(root, platform, work)
    const date = sourceDate(root)
    const entries = list(options, node, date, stage)
    const file = `superset-v${version}-${platform.name}.tar.gz`
    const written = writeArchive(path.join(work, file), entries, {date, level: options.level})
    if (options.level === 9 && written.size > platform.budgetBytes)
      throw new Refusal(`${file} has ${written.size} bytes, which is over its budget of ${platform.budgetBytes}.`)
    const {size, sha256} = written
    const {host, keys, isTest} = readiness
    const facts = {version, platform: platform.name, ...(channel !== undefined && {channel}), isTest}
    const note: PackedNote = {...facts, host, keys, file, size, sha256}
    writeFileSync(path.join(work, 'note.json'), `${JSON.stringify(note, null, 2)}\n`)
    renameSync(path.join(work, file), path.join(out, file))
    renameSync(path.join(work, 'note.json'), path.join(out, `${file}.json`))
    return {...note, ...written, nodeVersion: node.version}
  } finally {
    rmSync(work, {recursive: true, force: true})
  }
}

function list(
  {root, version, channel, readiness, platform}: PackOptions,
  node: NodeBinary,
  date: Date,
  stage: ReturnType<typeof stageDependencies>,
): Entry[] {
  const manifest = installedManifest(readManifest(root), {version, ...readiness})
  const app = [...ownEntries(root, 'app/', manifest), ...dependencyEntries(stage.folder, 'app/')]
  const packages = packagesInside(app)
  const names = new Set(packages.map((one) => `${one.name}@${one.version}`))
  const createdAt = date.toISOString()
  const sbom = shippedSbom(stage.sbom, {version, platform, packages: names, node, createdAt})
  const runtime = {name: 'node', version: node.version, licence: 'MIT', texts: [{file: 'LICENSE', text: node.licence}]}
  const release = {name: 'superset', version, platform, ...(channel !== undefined && {channel})}
  const isWindows = platform.startsWith('win32')
  const launcher = isWindows ? 'superset.cmd' : 'superset'
  const text = readFileSync(path.join(root, 'release/files', isWindows ? launcher : 'superset.sh'), 'utf8')
  const entries: Entry[] = [
    {...textEntry(`bin/${launcher}`, isWindows ? text.replaceAll('\n', '\r\n') : text), executable: true},
    {path: isWindows ? 'bin/node.exe' : 'bin/node', source: {file: node.file}, executable: true},
    textEntry('LICENSE', readFileSync(path.join(root, 'LICENSE'), 'utf8')),
    textEntry('THIRD-PARTY-LICENSES.txt', thirdPartyPage([...packages, runtime])),
    textEntry('release.json', {...release, ...(readiness.isTest && {test: true})}),
    textEntry('sbom.cdx.json', sbom),
    ...app,
  ]
  return entries.map((entry) => ({...entry, path: `superset/${entry.path}`}))
}

/** The ids of the keys that an archive trusts. */
export function trustedIds({keys}: PackedNote): string[] {
  return keys.map((key) => keyId(Buffer.from(key, 'base64url')))
}
