import {mkdirSync} from 'node:fs'
import path from 'node:path'
import {installedManifest, npmManifest} from '../plan/manifest.ts'
import type {Readiness} from '../plan/readiness.ts'
import {writeArchive, type WrittenArchive} from './archive.ts'
import {fileEntry, ownEntries, textEntry} from './inventory.ts'
import {BUNDLED, demandFresh, readManifest, sourceDate} from './source.ts'

export interface PackedNpmPackage extends WrittenArchive {
  readonly file: string
}

/**
 * The package for npm: the CLI and, inside it, our own packages, whose names no registry has to know. npm brings the rest.
 * @throws Refusal
 */
export function packNpm(root: string, version: string, readiness: Readiness, out: string): PackedNpmPackage {
  demandFresh(root)
  const bundled = BUNDLED.map((folder) => readManifest(root, folder))
  const manifest = npmManifest(installedManifest(readManifest(root), {version, ...readiness}), bundled)
  // npm takes what a bundled package depends on for bundled, too, and installs none of it: the outer one names it all.
  const inner = bundled.map(({dependencies: _, ...one}) =>
    textEntry(`package/node_modules/${String(one['name'])}/package.json`, one),
  )
  const replaced = new Set(inner.map((entry) => entry.path))
  const entries = [
    ...ownEntries(root, 'package/', manifest).filter((entry) => !replaced.has(entry.path)),
    ...inner,
    textEntry('package/README.md', `# superset\n\n${String(manifest['description'])}.\n`),
    fileEntry('package/LICENSE', path.join(root, 'LICENSE')),
  ]
  mkdirSync(out, {recursive: true})
  const file = path.join(out, `superset-${version}.tgz`)
  return {file, ...writeArchive(file, entries, {date: sourceDate(root), level: 9})}
}
