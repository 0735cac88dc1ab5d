#!/usr/bin/env node
// Compiles what every start evaluates, for this Node, and keeps the code beside it: V8 compiles a function when it is first
// called, so the commands that people start most are run once, against a service that knows one task.
import {once} from 'node:events'
import {chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {createRequire} from 'node:module'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {Readable} from 'node:stream'
import {codeFile, compile, evaluate, readPrepared} from './compiled.js'

const root = path.dirname(import.meta.dirname)
const fast = path.join(root, 'dist/fast')
const ID = '00000000-0000-4000-8000-000000000000'
const PERSON = {id: ID, name: 'A Person', email: 'person@example.com'}
const ORGANIZATION = {id: ID, name: 'An Organization', slug: 'organization'}
const TASK = {id: ID, slug: 'a-task', title: 'A task', priority: 'none', statusId: ID}
const ANSWERS = {
  'user.me': PERSON,
  'user.myOrganization': ORGANIZATION,
  'user.myOrganizations': [ORGANIZATION],
  'task.list': [{task: TASK, assignee: null, creator: null, statusName: 'Todo'}],
}

// For the one command that reads it.
const KEY = `sk_live_${'a'.repeat(32)}`
Object.defineProperty(process, 'stdin', {value: Readable.from([Buffer.from(`${KEY}\n`)])})
process.stdout.write = (_text, done) => (typeof done === 'function' && done(), true)

const home = mkdtempSync(path.join(os.tmpdir(), 'superset-compile-'))
const server = createServer((request, response) => {
  const json = ANSWERS[/trpc\/([\w.]+)/.exec(request.url)?.[1]]
  response.setHeader('content-type', 'application/json').end(JSON.stringify({result: {data: {json}}}))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}`
for (const name of Object.keys(process.env)) if (!['PATH', 'TMPDIR'].includes(name)) delete process.env[name]
Object.assign(process.env, {
  HOME: home,
  SUPERSET_API_URL: url,
  SUPERSET_WEB_URL: url,
  SUPERSET_STORAGE_KEY: 'b'.repeat(64),
})

try {
  const scripts = readPrepared(fast).starts.map((file) => [file, compile(file)])
  for (const [file, script] of scripts) evaluate(script, file)
  const {main} = createRequire(import.meta.url)('../dist/fast/cli/main.cjs')
  const pjson = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  // Anew for each: oclif keeps what it is given, and changes it.
  const program = () => ({pjson, root, prepared: readPrepared(fast).prepared})
  process.exit = (code) => {
    throw new Error(`process.exit(${code})`)
  }
  const starts = [['--help'], ['tasks', 'list', '--help'], ['auth', 'login', '--with-api-key', '--storage', 'key']]
  for (const argv of [...starts, ['autocomplete', 'complete', '--', 'ta'], ['auth', 'status'], ['tasks', 'list']])
    await main(argv, program())

  for (const [file, script] of scripts) {
    writeFileSync(codeFile(file), script.createCachedData())
    // For everybody who may read the bundle, whatever the umask of who installs.
    chmodSync(codeFile(file), statSync(file).mode)
  }
} finally {
  server.close()
  server.closeAllConnections()
  rmSync(home, {recursive: true, force: true})
}
