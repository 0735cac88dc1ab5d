#!/usr/bin/env node
// Writes dist/templates.json: the examples that `plugins create` copies, which the tests build, pack and run.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const EXAMPLES = {plugin: 'plugin-hello', 'identity-plugin': 'plugin-identity-acme'}
/** What building and installing leave there. */
const MADE = new Set(['node_modules', 'dist', 'oclif.manifest.json', 'package-lock.json'])

function textsBelow(folder, prefix = '') {
  return readdirSync(folder, {withFileTypes: true})
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .filter(({name}) => !MADE.has(name) && !name.endsWith('.tgz'))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name)
      const name = prefix + entry.name
      return entry.isDirectory() ? textsBelow(file, `${name}/`) : [[name, readFileSync(file, 'utf8')]]
    })
}

const templates = Object.entries(EXAMPLES).map(([kind, name]) => [
  kind,
  Object.fromEntries(textsBelow(path.join(root, 'examples', name))),
])
writeFileSync(path.join(root, 'dist/templates.json'), JSON.stringify(Object.fromEntries(templates)))
