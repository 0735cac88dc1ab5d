#!/usr/bin/env node
// `npm run release:publish`: signs packed archives, and lays them out in the folder that is served; or renews what is there.
import {globSync} from 'node:fs'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {ROOT} from './build.ts'
import {Refusal} from './plan/refusal.ts'
import {report, say} from './report.ts'
import {readPrivateKey, readTrustedKeys} from './steps/keys.ts'
import {trustedRawKeys} from './plan/keys.ts'
import {publish, renew} from './steps/publish.ts'

const USAGE = `usage: npm run release:publish -- --key <file> [--key <file>] --channel <name> [--packed <folder>] [--out <folder>]
       npm run release:publish -- --key <file> [--key <file>] --renew [--channel <name>] [--out <folder>]

  --key      a private key (PKCS #8, PEM); - reads stdin; a second one signs too, while keys are changed
  --channel  the channel that shall point to this version
  --packed   where \`npm run pack\` put the archives (tmp/packed)
  --out      the folder that is served (tmp/www)
  --days     for how long what is signed now is believed (30)
  --rollout  percent of the installations that take the version by themselves (100, or what it was)
  --renew    signs anew what would expire, without a new release; of one channel, or of all
`

await report(() => {
  const {values} = parseArgs({
    options: {
      key: {type: 'string', multiple: true, default: []},
      channel: {type: 'string'},
      packed: {type: 'string', default: path.join(ROOT, 'tmp/packed')},
      out: {type: 'string', default: path.join(ROOT, 'tmp/www')},
      days: {type: 'string'},
      rollout: {type: 'string'},
      renew: {type: 'boolean', default: false},
      help: {type: 'boolean', short: 'h'},
    },
  })
  if (values.help) return say(USAGE)
  const [days, rollout] = [values.days, values.rollout].map((text) => (text === undefined ? undefined : Number(text)))
  const keys = values.key.map((file) => readPrivateKey(file))
  const signing = {keys, www: values.out, now: new Date(), days, rollout}
  if (values.renew) {
    const trusted = trustedRawKeys(readTrustedKeys(path.join(ROOT, 'release/keys.json')))
    for (const file of renew({...signing, channel: values.channel, trusted})) say(`renewed: ${file}`)
    return
  }

  if (values.channel === undefined) throw new Refusal(USAGE)
  const archives = globSync('superset-v*.tar.gz', {cwd: values.packed}).toSorted()
  if (archives.length === 0) throw new Refusal(`No archive in ${values.packed}: \`npm run pack\` first.`)
  for (const archive of archives) {
    publish(path.join(values.packed, archive), {...signing, channel: values.channel})
    say(`${values.channel}: ${archive}`)
  }
})
