#!/usr/bin/env node
// `npm run start-list`: writes anew what the starts evaluate, by which bin/bundle.js makes its files, and what they cost.
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {costsOf, groupModules} from './groups.ts'
import {traceStarts} from './trace.ts'

const write = (file: string, content: object) =>
  writeFileSync(path.resolve(import.meta.dirname, file), `${JSON.stringify(content, null, 2)}\n`)
const traces = await traceStarts()
write('../../../bin/start.json', groupModules(traces))
write('../measures/starts.json', costsOf(traces))
