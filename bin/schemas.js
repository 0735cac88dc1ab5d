#!/usr/bin/env node
// Writes schemas/commands: for each command the JSON Schema of what its --json prints, from the shape that the command names.
// With --check says whether one is stale.
import {toJsonSchema} from '@valibot/to-json-schema'
import {existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const root = path.dirname(import.meta.dirname)
const commands = path.join(root, 'dist/commands')
const folder = path.join(root, 'schemas/commands')
const check = process.argv.includes('--check')

/** By file name, of all commands that say what they print. */
async function schemas() {
  const texts = new Map()
  for (const file of globSync('**/*.js', {cwd: commands}).toSorted()) {
    const {default: Command} = await import(path.join(commands, file))
    if (!Command.output) continue
    const words = file.replace(/\.js$/, '').split(path.sep)
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `superset ${words.join(' ')} --json`,
      ...toJsonSchema(Command.output(), {errorMode: 'throw', target: 'draft-2020-12'}),
    }
    texts.set(`${words.join('-')}.json`, `${JSON.stringify(schema, null, 2)}\n`)
  }

  return texts
}

const wanted = await schemas()
if (!check) mkdirSync(folder, {recursive: true})
const written = globSync('*.json', {cwd: folder})
for (const name of new Set([...wanted.keys(), ...written])) {
  const file = path.join(folder, name)
  const text = wanted.get(name)
  if ((existsSync(file) ? readFileSync(file, 'utf8') : undefined) === text) continue
  if (check) {
    process.stderr.write(`${path.relative(root, file)} is stale: run \`npm run build\`.\n`)
    process.exitCode = 1
  } else if (text === undefined) rmSync(file)
  else writeFileSync(file, text)
}
