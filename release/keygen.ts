#!/usr/bin/env node
// `npm run release:keygen`: a pair of keys, each into a file.
import {writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {Refusal} from './plan/refusal.ts'
import {report, say} from './report.ts'
import {makeKeyPair} from './steps/keys.ts'

const USAGE = `usage: npm run release:keygen -- --out <file> --public <file>

  --out     for the private key (PKCS #8, PEM), which nobody else can read; never overwritten
  --public  for the public key, in the form of release/keys.json and of --test-keys
`

await report(() => {
  const {values} = parseArgs({
    options: {out: {type: 'string'}, public: {type: 'string'}, help: {type: 'boolean', short: 'h'}},
  })
  if (values.help) return say(USAGE)
  if (values.out === undefined || values.public === undefined) throw new Refusal(USAGE)
  const {pem, publicKey} = makeKeyPair()
  writeFileSync(values.out, pem, {mode: 0o600, flag: 'wx'})
  writeFileSync(values.public, `${JSON.stringify({current: publicKey, next: null}, null, 2)}\n`)
  say(`The private key is in ${values.out}: keep it secret. Its public key is ${publicKey}.`)
})
