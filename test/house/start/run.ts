#!/usr/bin/env node
// `npm run start-list`: writes anew what the starts evaluate, makes the bundles by that, and writes what the starts cost then.
import {execFileSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {costsOf, groupModules} from './groups.ts'
import {traceStarts} from './trace.ts'

const at = (file: string) => path.resolve(import.meta.dirname, '../../..', file)
const write = (file: string, content: object) => writeFileSync(at(file), `${JSON.stringify(content, null, 2)}\n`)
write('bin/start.json', groupModules(await traceStarts()))
for (const step of ['bin/bundle.js', 'bin/compile.js']) execFileSync(process.execPath, [at(step)], {stdio: 'inherit'})
write('test/house/measures/starts.json', costsOf(await traceStarts()))
