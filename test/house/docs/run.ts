/**
 * Writes the pages of docs that say what the code says: docs/commands, docs/migrating.md, docs/settings.md and those of
 * `superset help <page>`. With --check it says which of them are stale, and writes nothing.
 */
import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {writeGenerated} from '../../../bin/generated.js'
import {commandPages, type ManifestCommand} from './commands.ts'
import {AREAS} from './error-codes/areas.ts'
import {errorCodeTables, manualPage} from './manual.ts'
import {migratingPage} from './migrating.ts'
import {type SettingsFile, settingsPage} from './settings.ts'
import {MANUAL_PAGES} from '../../../src/manual/pages.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const docs = path.join(root, 'docs')

function readManifests(): ManifestCommand[] {
  const found = ['.', 'packages/plugin-auth'].flatMap((folder) => {
    const text = readFileSync(path.join(root, folder, 'oclif.manifest.json'), 'utf8')
    return Object.values((JSON.parse(text) as {commands: Record<string, ManifestCommand>}).commands)
  })
  return found.filter(({hidden}) => hidden !== true).toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

function readSchema(name: string): SettingsFile {
  return JSON.parse(readFileSync(path.join(root, `schemas/${name}.schema.json`), 'utf8')) as SettingsFile
}

const commands = readManifests()
const loginFlags = Object.keys(commands.find(({id}) => id === 'auth:login')?.flags ?? {})
const pages = new Map<string, string>([
  ...[...commandPages(commands)].map(([name, text]) => [`commands/${name}`, text] as const),
  ['migrating.md', migratingPage(commands)] as const,
  ['settings.md', settingsPage(readSchema('settings'), readSchema('profile'), loginFlags)] as const,
  ...MANUAL_PAGES.map(
    (page) => [`${page.name}.md`, manualPage(page, page.name === 'exit-codes' ? errorCodeTables(AREAS) : '')] as const,
  ),
])
writeGenerated(docs, pages, {command: 'npm run docs', written: globSync('commands/*.md', {cwd: docs})})
