#!/usr/bin/env node
// `npm run release:publish`: signs packed archives, and lays them out in the folder that is served.
import {globSync} from 'node:fs'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {ROOT} from './build.ts'
import {Refusal} from './plan/refusal.ts'
import {report, say} from './report.ts'
import {readPrivateKey} from './steps/keys.ts'
import {publish} from './steps/publish.ts'

const USAGE = `usage: npm run release:publish -- --key <file> [--key <file>] --channel <name> [--packed <folder>] [--out <folder>]

  --key      a private key (PKCS #8, PEM); - reads stdin; a second one signs too, while keys are changed
  --channel  the channel that shall point to this version
  --packed   where \`npm run pack\` put the archives (tmp/packed)
  --out      the folder that is served (tmp/www)
`

await report(() => {
  const {values} = parseArgs({
    options: {
      key: {type: 'string', multiple: true, default: []},
      channel: {type: 'string'},
      packed: {type: 'string', default: path.join(ROOT, 'tmp/packed')},
      out: {type: 'string', default: path.join(ROOT, 'tmp/www')},
      help: {type: 'boolean', short: 'h'},
    },
  })
  if (values.help) return say(USAGE)
  if (values.channel === undefined) throw new Refusal(USAGE)
  const archives = globSync('superset-v*.tar.gz', {cwd: values.packed}).toSorted()
  if (archives.length === 0) throw new Refusal(`No archive in ${values.packed}: \`npm run pack\` first.`)
  const keys = values.key.map((file) => readPrivateKey(file))
  for (const archive of archives) {
    publish(path.join(values.packed, archive), {keys, channel: values.channel, www: values.out, now: new Date()})
    say(`${values.channel}: ${archive}`)
  }
})
