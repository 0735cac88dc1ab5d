#!/usr/bin/env node
// All set-up from a fresh clone, with what Node 20 has built in: dependencies, Node 24 where this one is older, build.
// Each step runs only when its inputs changed. Everything is written inside this folder.
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
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
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
  return hash.digest('hex')
}

/** Runs a step unless the stamp that it leaves says that it ran with the same inputs, and what it wrote is as it was. */
function once(stamp, inputs, step, written = () => '') {
  const file = path.join(root, stamp)
  const now = digest(inputs)
  if (existsSync(file) && readFileSync(file, 'utf8') === now + written()) return
  rmSync(file, {force: true})
  step()
  mkdirSync(path.dirname(file), {recursive: true})
  writeFileSync(file, now + written())
}

/** Every file below these folders, relative to the root. */
function filesIn(folders) {
  const existing = folders.filter((folder) => existsSync(path.join(root, folder)))
  const names = existing.flatMap((folder) =>
    readdirSync(path.join(root, folder), {recursive: true}).map((name) => path.join(folder, name)),
  )
  return names.filter((name) => statSync(path.join(root, name)).isFile()).sort()
}

/** What `plugins create` copies. */
const EXAMPLES = ['plugin-hello', 'plugin-identity-acme'].flatMap((name) => [
  `examples/${name}/src`,
  `examples/${name}/test`,
])

/** What the compiler and the bundler read. Whatever else they are told, and by whom, is in the lock. */
function sources(parts) {
  const settings = parts.flatMap((part) => [path.join(part, 'package.json'), path.join(part, 'tsconfig.json')])
  return [
    ...settings,
    'tsconfig.base.json',
    'package-lock.json',
    ...filesIn(['bin', ...EXAMPLES, ...inEach(parts, 'src')]),
  ]
}

/** Names, sizes and times: a bundle that somebody else's compiling has outdated is seen by the file beside it. */
function state(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const {mtimeMs, size} = statSync(path.join(root, file))
    hash.update(`${file}\0${size}\0${mtimeMs}\0`)
  }

  return hash.digest('hex')
}

function inEach(parts, folder) {
  return parts.map((part) => path.join(part, folder))
}

/** npm scripts look in node_modules/.bin first, so every later `node` of theirs is this one. */
function linkFirst(target) {
  const link = path.join(root, 'node_modules/.bin', isWindows ? 'node.exe' : 'node')
  const wanted = path.relative(path.dirname(link), target)
  // Left alone where it is right: scripts that run beside this one may be looking it up now.
  if (existsSync(link) && readlinkSync(link) === wanted) return
  rmSync(link, {force: true})
  symlinkSync(wanted, link)
}

// npm itself is started through the Node that runs this script: `npm run` may have put another npm first in PATH.
const npmCli = process.env.npm_execpath
const npm = npmCli?.endsWith('.js') && existsSync(npmCli) ? [process.execPath, [npmCli]] : ['npm', []]
// What npm warns about here (an older Node, deprecations far below us) has no next step for the reader. What we need is
// included whatever NODE_ENV or npm's own settings would leave out.
const ci = [...npm[1], 'ci', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error']

// The lock names every dependency of every package; a changed script or version of ours installs nothing anew.
once('node_modules/.superset-setup', ['package-lock.json'], () => run('installing dependencies (npm ci)', npm[0], ci))

const major = Number(process.versions.node.split('.')[0])
const tools = path.join(root, 'tools/node24')
let node = process.execPath
// Also when the Node that runs this is the one that was brought: `npm ci` has just removed the link to it.
if (major < wantedMajor || node.startsWith(tools + path.sep)) {
  once('tools/node24/node_modules/.superset-setup', ['tools/node24/package-lock.json'], () =>
    run(`bringing Node ${wantedMajor} for the project's own scripts`, npm[0], ci, {cwd: tools}),
  )
  const platform = `${isWindows ? 'win' : process.platform}-${process.arch}`
  node = path.join(tools, 'node_modules', `node-${platform}`, 'bin', isWindows ? 'node.exe' : 'node')
  if (!existsSync(node) || spawnSync(node, ['--version']).status !== 0) {
    const reason = `this project needs Node ${wantedMajor}; here is ${process.version}, and none can be brought for ${platform}`
    fail(`${reason}. Install Node ${wantedMajor} and try again.`)
  }

  linkFirst(node)
}

const packages = readdirSync(path.join(root, 'packages')).map((name) => path.join('packages', name))
const parts = ['.', ...packages].filter((part) => existsSync(path.join(root, part, 'tsconfig.json')))
// As one: a bundle that is older than what it was made of is not used (docs/decisions/0007).
once(
  'node_modules/.superset-built',
  sources(parts),
  () => {
    run('building (tsc -b)', node, [path.join(root, 'node_modules/@typescript/native/bin/tsc'), '-b'])
    run('sweeping what no source stands for', node, [path.join(root, 'bin/sweep.js')])
    run('bundling what commands start from', node, [path.join(root, 'bin/bundle.js')])
    run('compiling it for this Node', node, [path.join(root, 'bin/compile.js')])
  },
  () => state(filesIn(inEach(parts, 'dist'))),
)
