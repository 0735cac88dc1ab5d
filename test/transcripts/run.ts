/** Writes the pictures and transcripts of docs anew, from real runs: `npm run docs:transcripts [-- <name> ...]`. */
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {TRANSCRIPTS} from './transcripts.ts'

const root = path.resolve(import.meta.dirname, '../..')
const wanted = process.argv.slice(2)
for (const [file, make] of Object.entries(TRANSCRIPTS)) {
  if (wanted.length > 0 && !wanted.some((name) => file.includes(name))) continue
  const target = path.join(root, file)
  mkdirSync(path.dirname(target), {recursive: true})
  writeFileSync(target, await make())
  process.stdout.write(`${file}\n`)
}
