import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {readdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {few, itInFull, times} from '../support/matrix.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded, sandboxEnvironment, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'
import {thirdPartyPlugin} from '../support/third-party.ts'

const NAME = '@acme/superset-plugin'

/** What was started with this home, and runs. */
function runningAt(home: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const environment = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0') : []
      return environment.includes(`HOME=${home}`) ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1')] : []
    } catch {
      return []
    }
  })
}

describe('a plugin by somebody else, from a registry', () => {
  let sandbox: Sandbox
  let registry: Registry
  let home: Home
  let env: Record<string, string>
  before(async () => {
    sandbox = await startSandbox()
    registry = await Registry.start()
    registry.publish(await thirdPartyPlugin(NAME))
    home = await Home.create()
    env = {...sandboxEnvironment(sandbox), SUPERSET_NPM_REGISTRY: registry.url, npm_config_update_notifier: 'false'}
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
    await sandbox.close()
  })

  it('is installed by its name, and nothing else is asked for', async () => {
    assertSucceeded(await home.run(['plugins', 'install', NAME], {env}))
    assert.deepEqual([...new Set(registry.asked)].toSorted(), [NAME, `${NAME}/1.0.0/package.tgz`])
    const {stdout} = await home.run(['plugins'], {env})
    assert.match(stdout, new RegExp(`^${NAME}\\t1\\.0\\.0\\tregistry\\t\\tloaded\\t3$`, 'm'))
  })

  it('signed out: what asks for no session runs, what asks for one is told how to sign in', async () => {
    const greet = await home.run(['acme', 'greet'], {env})
    assertSucceeded(greet)
    assert.equal(greet.stdout, 'hello\n')
    for (const command of ['who', 'guarded']) {
      const run = await home.run(['acme', command], {env: {...env, CLAUDECODE: '1'}})
      assert.equal(run.code, 4, run.stdout + run.stderr)
      assert.equal(errorOf(run).code, 'AUTH_REQUIRED')
      assert.doesNotMatch(run.stdout, /it ran/)
    }
  })

  it('signed in: it gets the session, with one line, whatever copy of oclif it brings', async () => {
    await signIn(home, sandbox, 'file')
    const before = sandbox.counters.requests
    assertSucceeded(await home.run(['acme', 'greet'], {env}))
    assert.equal(sandbox.counters.requests, before)
    const who = await home.run(['acme', 'who'], {env})
    assertSucceeded(who)
    assert.deepEqual(JSON.parse(who.stdout), {account: sandbox.users.admin.email, scheme: 'bearer', status: 200})
    assertSucceeded(await home.run(['acme', 'guarded'], {env}))
  })

  itInFull('takes --profile, which it knows nothing of, before and after its name', async () => {
    for (const args of [
      ['acme', 'who', '--profile', 'other', '--json'],
      ['--profile=other', 'acme', 'who', '--json'],
    ]) {
      const run = await home.run(args, {env: {...env, CLAUDECODE: '1'}})
      assert.equal(run.code, 4, run.stdout + run.stderr)
      assert.match(errorOf(run).suggestions.join(' '), /superset auth login --profile other/)
    }

    assertSucceeded(await home.run(['acme', 'who', '--profile', 'default'], {env}))
  })

  itInFull('is in help and in completion', async () => {
    assert.match((await home.run(['--help'], {env})).stdout, /^ +acme/m)
    const completed = await home.run(['autocomplete', 'complete', '--', 'ac'], {env})
    assertSucceeded(completed)
    assert.match(completed.stdout, /^acme\t/)
  })

  it('is gone after `plugins uninstall`, and what came with the CLI is still there', async () => {
    assertSucceeded(await home.run(['plugins', 'uninstall', NAME], {env}))
    assert.equal((await home.run(['acme', 'greet'], {env})).code, 2)
    assertSucceeded(await home.run(['auth', 'status'], {env}))
  })

  it('by several runs at once: each brings its own, or is told to wait, and what is listed is there', async () => {
    const count = times({full: 5, few: 2})
    const names = Array.from({length: count}, (_, index) => `@acme/number-${index}`)
    for (const name of names) registry.publish({'package.json': JSON.stringify({name, version: '1.0.0', oclif: {}})})
    const runs = await Promise.all(names.map((name) => home.run(['plugins', 'install', name, '--json'], {env})))
    for (const run of runs) {
      assert.equal(run.stderr, '')
      if (run.code !== 0) assert.equal(errorOf(run).code, 'PLUGIN_BUSY', run.stdout)
    }

    const brought = names.filter((_, index) => runs[index]?.code === 0)
    assert.ok(brought.length > 0)
    const {stdout} = await home.run(['plugins', '--json'], {env})
    const reports = JSON.parse(stdout) as Array<{name: string; state: string}>
    assert.deepEqual(
      reports.map(({name, state}) => `${name} ${state}`).toSorted(),
      brought.map((name) => `${name} loaded`).toSorted(),
    )
    assertSucceeded(await home.run(['plugins', 'reset', '--hard'], {env}))
  })

  it('interrupted: it ends by the signal, npm with it, and nothing is left or changed', async () => {
    for (const signal of few(['SIGINT', 'SIGTERM'] as const, (one) => one === 'SIGTERM')) {
      const {promise: asked, resolve} = Promise.withResolvers<void>()
      registry.instead.set('@acme/slow', () => resolve())
      const places = {SUPERSET_DATA_DIR: path.join(home.path, 'data/superset')}
      const run = home.start(['plugins', 'install', '@acme/slow'], {env: {...env, ...places}})
      await asked
      run.child.kill(signal)
      assert.equal((await run.ended).signal, signal)
    }

    assert.deepEqual((await readdir(path.join(home.path, 'data'))).toSorted(), ['superset', 'superset.lock'])
    assert.deepEqual(runningAt(home.path), [])
  })

  it('loads nothing of plugin-plugins in any other command', async () => {
    const recorder = path.join(home.path, 'recorder.mjs')
    await writeFile(
      recorder,
      `import {registerHooks} from 'node:module'
      registerHooks({load(url, context, next) {
        if (/plugin-(?:plugins|update)\\/|npm-package-arg/.test(url)) process.stderr.write('loaded ' + url + '\\n')
        return next(url, context)
      }})`,
    )
    const watched = {...env, NODE_OPTIONS: `--import=${recorder}`}
    assert.doesNotMatch((await home.run(['tasks', 'list', '--help'], {env: watched})).stderr, /loaded/)
    assert.doesNotMatch((await home.run(['version'], {env: watched})).stderr, /loaded/)
    assert.match((await home.run(['plugins'], {env: watched})).stderr, /loaded .*plugin-plugins/)
  })

  it('that is not there: exit code and words say so, and nothing changes', async () => {
    const run = await home.run(['plugins', 'install', '@acme/not-there'], {env})
    assert.notEqual(run.code, 0)
    assert.match(run.stderr, /@acme\/not-there/)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
  })
})
