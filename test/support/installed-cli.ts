import {execFile, spawn} from 'node:child_process'
import {cp, mkdtemp, readFile, symlink, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {Started} from './cli.ts'
import {InstalledRoot} from './installed-root.ts'

const REPOSITORY = path.resolve(import.meta.dirname, '../..')
const VERSION = '1.0.0'

const run = promisify(execFile)
let template: Promise<string> | undefined

async function copyOnce(): Promise<string> {
  const app = await mkdtemp(path.join(os.tmpdir(), 'app-'))
  for (const name of [
    'bin/run.js',
    'bin/compiled.js',
    'bin/environment.js',
    'bin/output.js',
    'bin/prepare.js',
    'dist',
    'schemas',
  ])
    await cp(path.join(REPOSITORY, name), path.join(app, name), {recursive: true, preserveTimestamps: true})
  await symlink(path.join(REPOSITORY, 'node_modules'), path.join(app, 'node_modules'))
  return app
}

/** The built CLI as the install script lays it out, in version 1.0.0, trusting the keys of a test's host. */
export async function installCli(build: object): Promise<InstalledRoot> {
  const root = await InstalledRoot.create([{version: VERSION}])
  const folder = path.join(root.path, 'versions', VERSION)
  const app = path.join(folder, 'app')
  // Its files are the same in each installation: linked, which is much less work than copying them.
  await run('cp', ['-rlT', await (template ??= copyOnce()), app])
  for (const [name, change] of [
    ['package.json', {version: VERSION, superset: {update: build}}],
    ['oclif.manifest.json', {version: VERSION}],
  ] as const) {
    const content = JSON.parse(await readFile(path.join(REPOSITORY, name), 'utf8')) as object
    await writeFile(path.join(app, name), JSON.stringify({...content, ...change}))
  }

  const launcher = `#!/bin/sh\nexec "${process.execPath}" "$(cd -P "\${0%/*}" && pwd -P)/../app/bin/run.js" "$@"\n`
  await writeFile(path.join(folder, 'bin/superset'), launcher, {mode: 0o755})
  return root
}

export interface Terms {
  readonly env?: Readonly<Record<string, string>>
  /** On a terminal of its own. */
  readonly terminal?: boolean
  /** Another program in front of it, such as `unshare`. */
  readonly prefix?: readonly string[]
}

export function start(
  root: InstalledRoot,
  args: readonly string[],
  {env = {}, prefix = [], terminal}: Terms = {},
): Started {
  const own = [root.launcher, ...args]
  const [program = '', ...words] = [...prefix, ...(terminal ? ['script', '-qec', own.join(' '), '/dev/null'] : own)]
  const stdio = [terminal ? 'inherit' : 'ignore', 'pipe', 'pipe'] as const
  return new Started(spawn(program, words, {env: {...process.env, ...env}, stdio: [...stdio]}))
}
