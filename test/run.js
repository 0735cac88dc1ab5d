#!/usr/bin/env node
// `npm test`: every tier in order; then what failed, in full, what was skipped and why, and one closing line.
import process from 'node:process'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stdout.write(
    `Tests need Node 24, this is ${process.version}: run \`npm test\`, which brings it.\n0 passed, 1 failed\n`,
  )
  process.exitCode = 1
} else {
  const {main} = await import('./runner/main.ts')
  process.exitCode = await main(process.argv.slice(2))
}
