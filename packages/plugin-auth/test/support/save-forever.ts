/**
 * Saves one successor after the other until it is killed: `node save-forever.ts <handle as JSON> <key file>`. Prints the
 * number of each generation once its save has returned.
 */
import {readFileSync, writeSync} from 'node:fs'

import type {StoreHandle} from '../../src/model.ts'
import {openStore} from '../../src/store/open.ts'
import {tokensFor} from './sessions.ts'

const [, , handle = '', keyFile = ''] = process.argv
const key = readFileSync(keyFile)
const store = openStore(JSON.parse(handle) as StoreHandle, {kind: 'given', key})
for (;;) {
  const stored = await store.read()
  if (stored === undefined) throw new Error('signed out')
  const next = Number(stored.generation.sequence) + 1
  await using _ = await store.preflight()
  const {outcome} = await store.save(stored.generation, tokensFor(`${next}-${'x'.repeat(20_000)}`))
  if (outcome !== 'saved') throw new Error(outcome)
  writeSync(1, `${next}\n`)
}
