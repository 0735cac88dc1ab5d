#!/usr/bin/env node
// `npm run release:keygen`: a pair of keys; the private one into a file, the public one to print.
import {writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {Refusal} from './plan/refusal.ts'
import {report, say} from './report.ts'
import {makeKeyPair} from './work/keys.ts'

const USAGE = 'usage: npm run --silent release:keygen -- --out <file for the private key> > <file for the public one>'

await report(() => {
  const {values} = parseArgs({options: {out: {type: 'string'}, help: {type: 'boolean', short: 'h'}}})
  if (values.help) return say(USAGE)
  if (values.out === undefined) throw new Refusal(USAGE)
  const {pem, publicKey} = makeKeyPair()
  writeFileSync(values.out, pem, {mode: 0o600, flag: 'wx'})
  say(JSON.stringify({current: publicKey, next: null}, null, 2))
})
