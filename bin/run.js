#!/usr/bin/env node
// The first lines run on a Node that is too old as well, and whatever is not imported yet costs `--version` nothing.
import {readFileSync} from 'node:fs'

const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const argv = process.argv.slice(2)
const wantedMajor = 24

if (Number(process.versions.node.split('.')[0]) < wantedMajor) {
  process.stderr.write(`superset needs Node ${wantedMajor} or newer; this is Node ${process.versions.node}.\n`)
  process.exitCode = 78
} else if (argv[0] === '--version' || argv[0] === '-v') {
  const {watchOutput} = await import('./output.js')
  watchOutput(process)
  process.stdout.write(`superset/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  const {prepare} = await import('./prepare.js')
  const {watchOutput} = await import('./output.js')
  watchOutput(process)
  const root = prepare(pjson.dependencies)
  const {main} = await import('../dist/main.js')
  await main(argv, {pjson, root})
}
