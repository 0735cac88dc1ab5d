/** Saves one successor as soon as its stdin closes, so that many begin at once; prints the outcome. */
import {once} from 'node:events'
import {readFileSync} from 'node:fs'

import type {StoreHandle} from '../../src/model.ts'
import {openStore} from '../../src/store/open.ts'
import {tokensFor} from './sessions.ts'

const [, , handle = '', keyFile = ''] = process.argv
const store = openStore(JSON.parse(handle) as StoreHandle, {kind: 'given', key: readFileSync(keyFile)})
const stored = await store.read()
if (stored === undefined) throw new Error('signed out')
process.stdout.write('ready\n')
process.stdin.resume()
await once(process.stdin, 'end')
const {outcome} = await store.save(stored.generation, tokensFor(`by-${process.pid}`))
process.stdout.write(`${outcome}\n`)
