#!/usr/bin/env node
// `npm run demo`: the story of one session, told with the real parts. Needs no account, no network and no keychain.
import process from 'node:process'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`The demo needs Node 24, this is ${process.version}: run \`npm run demo\`, which brings it.\n`)
  process.exitCode = 1
} else {
  const {main} = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
}
