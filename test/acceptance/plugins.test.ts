import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded, sandboxEnvironment, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'
import {thirdPartyPlugin} from '../support/third-party.ts'

const NAME = '@acme/superset-plugin'

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
    assert.match(stdout, new RegExp(`^${NAME} +1\\.0\\.0 +registry +— +loaded +3$`, 'm'))
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

  it('takes --profile, which it knows nothing of, before and after its name', async () => {
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

  it('is in help and in completion', async () => {
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

  it('that is not there: exit code and words say so, and nothing changes', async () => {
    const run = await home.run(['plugins', 'install', '@acme/not-there'], {env})
    assert.notEqual(run.code, 0)
    assert.match(run.stderr, /@acme\/not-there/)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
  })
})
