import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Plugin} from '@oclif/core'
import {writePackage} from './identity-plugin.ts'
import type {PackageFiles} from './registry.ts'
import {bundled} from './third-party.ts'

const FOLDER = path.resolve(import.meta.dirname, '../fixtures/organisation-plugin')
const ENTRIES = ['identity.js', 'commands/auth/login.js', 'commands/auth/logout.js']

/** The plugin of test/fixtures as its author publishes it: what it depends on bundled in, and with its manifest. */
export async function organisationPlugin(): Promise<PackageFiles> {
  const {type: _type, ...manifest} = JSON.parse(readFileSync(path.join(FOLDER, 'package.json'), 'utf8')) as {
    type: string
  }
  const sources = await Promise.all(
    ENTRIES.map(async (entry) => [entry, await bundled(`export {default} from './${entry}'`, FOLDER)] as const),
  )
  const files = {'package.json': JSON.stringify(manifest), ...Object.fromEntries(sources)}
  return {...files, 'oclif.manifest.json': await oclifManifest(files)}
}

async function oclifManifest(files: PackageFiles): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'publish-'))
  try {
    await writePackage(folder, files)
    const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, root: folder, type: 'core'})
    await plugin.load()
    return JSON.stringify(plugin.manifest)
  } finally {
    rmSync(folder, {recursive: true})
  }
}
