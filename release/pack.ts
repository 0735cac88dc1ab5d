#!/usr/bin/env node
// `npm run pack`: the archives that people download, one for each platform.
import path from 'node:path'
import process from 'node:process'
import {parseArgs} from 'node:util'
import {readyFor, ROOT} from './build.ts'
import {DEFAULT_PLATFORMS, platformOf} from './plan/platform.ts'
import {report, say} from './report.ts'
import {readTrustedKeys} from './steps/keys.ts'
import {pack} from './steps/pack.ts'
import {buildSources, readManifest} from './steps/source.ts'

const USAGE = `usage: npm run pack -- [--platform <name> …] [--out <folder>] [--channel <name>] [--test-keys <file>]

  --platform   linux-x64, linux-arm64 (both, unless named); darwin-arm64, darwin-x64, win32-x64 on such a machine
  --out        where the archives go (tmp/packed)
  --channel    what \`superset update\` of this installation follows
  --test-keys  {"current": <public key>, "next": …}: a marked build that trusts these alone
  --host       of a test build: where its releases are served
`

await report(async () => {
  const {values} = parseArgs({
    options: {
      platform: {type: 'string', multiple: true},
      out: {type: 'string', default: path.join(ROOT, 'tmp/packed')},
      channel: {type: 'string'},
      'test-keys': {type: 'string'},
      host: {type: 'string'},
      help: {type: 'boolean', short: 'h'},
    },
  })
  if (values.help) return say(USAGE)
  const platforms = values.platform ?? DEFAULT_PLATFORMS
  for (const name of platforms) platformOf(name)
  const testKeys = values['test-keys'] === undefined ? undefined : readTrustedKeys(values['test-keys'])
  const readiness = readyFor({testKeys, testHost: values.host})
  buildSources(ROOT)
  const {version} = readManifest(ROOT)
  for (const platform of platforms) {
    const started = Date.now()
    const {channel} = values
    const packed = await pack({
      root: ROOT,
      platform,
      version,
      channel,
      readiness,
      out: values.out,
      level: 9,
      fresh: true,
    })
    say(`${packed.file}${packed.isTest ? ' (test build)' : ''}`)
    say(`  ${packed.size} bytes of at most ${platformOf(platform).budgetBytes}, sha256 ${packed.sha256}`)
    say(`  ${packed.unpacked} bytes in ${packed.files} files, Node ${packed.nodeVersion}`)
    say(
      `  ${((Date.now() - started) / 1000).toFixed(1)} s, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
    )
  }
})
