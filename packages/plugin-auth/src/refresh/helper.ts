import {readFileSync} from 'node:fs'
import {runHelper} from './helper-run.ts'
import type {HelperOrder} from './order.ts'

/**
 * The detached refresh helper: a program of its own, without oclif and without anybody's plugin, so that neither
 * Ctrl-C, nor a `process.exit` in some hook, nor `kill -9` of the command can come between the server's answer and the
 * save. Its order, the sealing key included, comes by pipe: nothing secret is in its arguments or environment. Whoever
 * waits reads the outcome from the store and the ledger.
 */
const text = readFileSync(0, 'utf8')
// The command died before it had written its order: nothing has happened yet, and the next run will ask again.
if (!text.endsWith('\n')) process.exit(0)
await runHelper(JSON.parse(text) as HelperOrder)
