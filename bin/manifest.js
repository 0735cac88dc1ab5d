#!/usr/bin/env node
// Writes oclif.manifest.json of each package that has commands, from its dist; with --check says whether one is stale.
import {Plugin} from '@oclif/core'
import path from 'node:path'
import {writeGenerated} from './generated.js'

const root = path.dirname(import.meta.dirname)
const packages = ['.', 'packages/plugin-auth']

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

const texts = new Map()
for (const name of packages) texts.set(path.join(name, 'oclif.manifest.json'), await manifest(path.join(root, name)))
writeGenerated(root, texts, {command: 'npm run build'})
