#!/usr/bin/env node
// Writes schemas/commands of each package that has commands: for each of them the JSON Schema of what its --json prints, from
// the shape that the command names. With --check says whether one is stale.
import {toJsonSchema} from '@valibot/to-json-schema'
import {globSync} from 'node:fs'
import path from 'node:path'
import {writeGenerated} from './generated.js'

const root = path.dirname(import.meta.dirname)
const folder = 'schemas/commands'
const options = {
  errorMode: 'throw',
  target: 'draft-2020-12',
  ignoreActions: ['readonly'],
  overrideSchema: ({valibotSchema}) =>
    valibotSchema.type === 'date' ? {type: 'string', description: 'ISO 8601 instant'} : undefined,
}

for (const name of ['.', 'packages/plugin-auth']) {
  const own = path.join(root, name)
  const commands = path.join(own, 'dist/commands')
  const texts = new Map()
  for (const file of globSync('**/*.js', {cwd: commands}).toSorted()) {
    const {default: Command} = await import(path.join(commands, file))
    if (!Command.output) continue
    const words = file.replace(/\.js$/, '').split(path.sep)
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `superset ${words.join(' ')} --json`,
      ...toJsonSchema(await Command.output(), options),
    }
    texts.set(path.join(name, folder, `${words.join('-')}.json`), `${JSON.stringify(schema, null, 2)}\n`)
  }

  const written = globSync(path.join(name, folder, '*.json'), {cwd: root})
  writeGenerated(root, texts, {command: 'npm run build', written})
}
