import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {startSandbox} from '@superset/sandbox'
import {readyFor} from '../../release/build.ts'
import {packNpm} from '../../release/steps/pack-npm.ts'
import {KEYS, ROOT} from '../support/packing.ts'
import {runProgram} from '../support/program.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'

const NPM = path.join(ROOT, 'node_modules/npm/bin/npm-cli.js')

describe('the package for npm', () => {
  let base: string
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'npm-'))
  })
  after(() => rm(base, {recursive: true, force: true}))

  it('has the same bytes each time, is installed globally from its file, and works', async () => {
    const readiness = readyFor({testKeys: {current: KEYS.publicKey, next: null}})
    const {file, sha256} = packNpm(ROOT, '1.2.3', readiness, base)
    assert.equal(packNpm(ROOT, '1.2.3', readiness, path.join(base, 'again')).sha256, sha256)

    const home = path.join(base, 'home')
    const prefix = path.join(base, 'prefix')
    await mkdir(home)
    const env = {HOME: home, PATH: [path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter)}
    const cache = `--cache=${path.join(ROOT, 'tmp/release/npm')}`
    const args = ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', '--prefer-offline', cache, file]
    // How this machine reaches its registry: what the runner has let through.
    const settings = Object.entries(process.env).flatMap(([name, value]) =>
      /^(npm_config_|NODE_EXTRA_CA_CERTS$|(https?|no)_proxy$)/i.test(name) && value ? [[name, value] as const] : [],
    )
    assertSucceeded(
      await runProgram(process.execPath, [NPM, ...args], {cwd: base, env: {...env, ...Object.fromEntries(settings)}}),
    )

    await using sandbox = Object.assign(await startSandbox(), {
      async [Symbol.asyncDispose]() {
        await sandbox.close()
      },
    })
    const superset = path.join(prefix, 'bin/superset')
    const run = (...words: string[]) =>
      runProgram(superset, words, {cwd: base, env: {...env, ...sandboxEnvironment(sandbox)}})
    assert.match((await run('version')).stdout, /^superset\/1\.2\.3 /)
    assertSucceeded(await run('auth', 'login', '--storage', 'file'))
    assertSucceeded(await run('tasks', 'list'))
    assert.match((await run('plugins', '--core')).stdout, /@superset\/plugin-auth/)
    // Our own packages came inside; npm brought the rest, and nothing twice.
    const modules = path.join(prefix, 'lib/node_modules/superset/node_modules')
    assert.ok(existsSync(path.join(modules, '@oclif/core/package.json')))
    assert.ok(!existsSync(path.join(modules, '@superset/plugin-auth/node_modules')))
  })
})
