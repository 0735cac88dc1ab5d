#!/usr/bin/env node
// All set-up from a fresh clone, with what Node 20 has built in: dependencies, Node 24 where this one is older, build.
// Each step runs only when its inputs changed. Everything is written inside this folder.
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const root = path.dirname(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname))
const isWindows = process.platform === 'win32'
const wantedMajor = 24

function run(title, command, args, options = {}) {
  process.stderr.write(`superset set-up: ${title}\n`)
  const result = spawnSync(command, args, {cwd: root, stdio: ['ignore', 2, 2], shell: isWindows, ...options})
  if (result.error) fail(`${title}: ${result.error.message}`)
  if (result.status !== 0) fail(`${title} failed (exit ${result.status ?? result.signal}).`)
}

function fail(message) {
  process.stderr.write(`superset set-up: ${message}\n`)
  process.exit(1)
}

function digest(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(path.join(root, file)))
  return hash.digest('hex')
}

/** Runs a step unless the stamp that it leaves says that it ran with the same inputs. */
function once(stamp, inputs, step) {
  const file = path.join(root, stamp)
  const now = digest(inputs)
  if (existsSync(file) && readFileSync(file, 'utf8') === now) return
  step()
  mkdirSync(path.dirname(file), {recursive: true})
  writeFileSync(file, now)
}

// npm itself is started through the Node that runs this script: `npm run` may have put another npm first in PATH.
const npmCli = process.env.npm_execpath
const npm = npmCli?.endsWith('.js') && existsSync(npmCli) ? [process.execPath, [npmCli]] : ['npm', []]
// What npm warns about here (an older Node, deprecations far below us) has no next step for the reader.
const ci = [...npm[1], 'ci', '--ignore-scripts', '--loglevel=error']

const manifests = ['package.json', 'package-lock.json', ...readdirSync(path.join(root, 'packages')).map((p) => `packages/${p}/package.json`)]
once('node_modules/.superset-setup', manifests, () => run('installing dependencies (npm ci)', npm[0], ci))

const major = Number(process.versions.node.split('.')[0])
let node = process.execPath
if (major < wantedMajor) {
  once('tools/node24/node_modules/.superset-setup', ['tools/node24/package-lock.json'], () =>
    run(`bringing Node ${wantedMajor} for the project's own scripts`, npm[0], ci, {cwd: path.join(root, 'tools/node24')}),
  )
  const brought = path.join(root, 'tools/node24/node_modules', `node-${isWindows ? 'win' : process.platform}-${process.arch}`)
  node = path.join(brought, 'bin', isWindows ? 'node.exe' : 'node')
  if (!existsSync(node)) {
    fail(`this project needs Node ${wantedMajor}; here is ${process.version}, and none can be brought for ${process.platform}-${process.arch}. Install Node ${wantedMajor} and try again.`)
  }

  // npm scripts look in node_modules/.bin first, so every later `node` of theirs is this one.
  const link = path.join(root, 'node_modules/.bin', isWindows ? 'node.exe' : 'node')
  rmSync(link, {force: true})
  symlinkSync(path.relative(path.dirname(link), node), link)
}

run('building (tsc -b)', node, [path.join(root, 'node_modules/@typescript/native/bin/tsc'), '-b'])
