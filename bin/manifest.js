#!/usr/bin/env node
// Writes oclif.manifest.json of each package that has commands, from its dist; with --check says whether one is stale.
import {Plugin} from '@oclif/core'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const root = path.dirname(import.meta.dirname)
const packages = ['.', 'packages/plugin-auth']
const check = process.argv.includes('--check')

async function manifest(folder) {
  const plugin = new Plugin({
    errorOnManifestCreate: true,
    ignoreManifest: true,
    respectNoCacheDefault: true,
    root: folder,
    type: 'core',
  })
  await plugin.load()
  const {commands, version} = plugin.manifest
  // Commands come in the order of folders on disk. Inside a command the order is the source's, and arguments have one.
  const ordered = Object.fromEntries(Object.entries(commands).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return `${JSON.stringify({commands: ordered, version}, null, 2)}\n`
}

for (const name of packages) {
  const file = path.join(root, name, 'oclif.manifest.json')
  const current = await manifest(path.join(root, name))
  const written = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (current === written) continue
  if (check) {
    process.stderr.write(`${path.relative(root, file)} is stale: run \`npm run build\`.\n`)
    process.exitCode = 1
  } else {
    writeFileSync(file, current)
  }
}
