#!/usr/bin/env node
// Runs the CLI from src by Node's type stripping: no build of this package. Workspace packages still load from dist.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {settleEnvironment} from './environment.js'
import {watchOutput} from './output.js'

const root = path.dirname(import.meta.dirname)
const text = readFileSync(path.join(root, 'package.json'), 'utf8')
const pjson = JSON.parse(text.replaceAll(/"\.\/dist\/([^"]*)\.js"/g, '"./src/$1.ts"').replaceAll('"./dist/', '"./src/'))
settleEnvironment(process.env)
watchOutput(process)
const {main} = await import('../src/main.ts')
// Here alone another policy can be named than the machine's own.
const policyFile = process.env.SUPERSET_DEV_POLICY || undefined
// The manifest leads to dist, and would hide a new command.
await main(process.argv.slice(2), {pjson, root, policyFile, ignoreManifest: true})
