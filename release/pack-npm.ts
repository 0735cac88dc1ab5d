#!/usr/bin/env node
// `npm run pack:npm`: the package that `npm install -g` takes, as a file or from a registry.
import path from 'node:path'
import {parseArgs} from 'node:util'
import {readyFor, ROOT} from './build.ts'
import {report, say} from './report.ts'
import {readTrustedKeys} from './steps/keys.ts'
import {packNpm} from './steps/pack-npm.ts'
import {buildSources, readManifest} from './steps/source.ts'

const USAGE = 'usage: npm run pack:npm -- [--out <folder>] [--test-keys <file>]'

await report(() => {
  const {values} = parseArgs({
    options: {
      out: {type: 'string', default: path.join(ROOT, 'tmp/packed')},
      'test-keys': {type: 'string'},
      help: {type: 'boolean', short: 'h'},
    },
  })
  if (values.help) return say(USAGE)
  const testKeys = values['test-keys'] === undefined ? undefined : readTrustedKeys(values['test-keys'])
  const readiness = readyFor({testKeys})
  buildSources(ROOT)
  const {file, size, files, sha256} = packNpm(ROOT, readManifest(ROOT).version, readiness, values.out)
  say(`${path.basename(file)}${readiness.isTest ? ' (test build)' : ''}`)
  say(`  ${size} bytes, ${files} files, sha256 ${sha256}`)
})
