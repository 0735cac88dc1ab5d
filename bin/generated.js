import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/**
 * Files that say what the sources say: writes those that are not so already, and removes those that nothing says any more.
 * With `--check` on the command line it writes nothing, names each one that is stale, and exits with 1.
 */
export function writeGenerated(root, texts, {command, written = []}) {
  const isCheck = process.argv.includes('--check')
  for (const name of new Set([...texts.keys(), ...written])) {
    const file = path.join(root, name)
    const text = texts.get(name)
    if ((existsSync(file) ? readFileSync(file, 'utf8') : undefined) === text) continue
    if (isCheck) {
      process.stderr.write(`${name} is stale: run \`${command}\`.\n`)
      process.exitCode = 1
    } else if (text === undefined) rmSync(file)
    else {
      mkdirSync(path.dirname(file), {recursive: true})
      writeFileSync(file, text)
    }
  }
}
