#!/usr/bin/env node
// `superset-identity-conformance`: the scenarios of docs/conformance.md against one provider.
import {main} from '../dist/conformance/command.js'

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
})
