#!/usr/bin/env node
// The first lines run on a Node that is too old as well, and whatever is not imported yet costs `--version` nothing.
const argv = process.argv.slice(2)
const wantedMajor = 24

function readManifest() {
  const {readFileSync} = process.getBuiltinModule('node:fs')
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
}

if (Number(process.versions.node.split('.')[0]) < wantedMajor) {
  process.stderr.write(`superset needs Node ${wantedMajor} or newer; this is Node ${process.versions.node}.\n`)
  process.exitCode = 78
} else if (argv[0] === '--version' || argv[0] === '-v') {
  const {watchOutput} = await import('./output.js')
  watchOutput(process)
  process.stdout.write(
    `superset/${readManifest().version} ${process.platform}-${process.arch} node-${process.version}\n`,
  )
} else {
  const {prepare} = await import('./prepare.js')
  const {watchOutput} = await import('./output.js')
  watchOutput(process)
  const {main, ...program} = await prepare()
  await main(argv, {pjson: readManifest(), ...program})
}
