import {startSandbox, type Sandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {existsSync, globSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {setTimeout as pause} from 'node:timers/promises'
import path from 'node:path'
import {ValueCache} from '../../src/completion/cache.ts'
import {Home} from '../support/cli.ts'
import {HUMAN} from '../support/modes.ts'
import {signIn} from '../support/signed-in.ts'

describe('names that TAB suggests', () => {
  let home: Home
  let sandbox: Sandbox
  let env: Record<string, string | undefined>
  before(async () => {
    home = await Home.createResident()
    sandbox = await startSandbox()
    env = {
      ...HUMAN,
      ...(await signIn(home, sandbox, 'file')),
      SUPERSET_ORGANIZATION_ID: sandbox.organizations.team.id,
      SUPERSET_CACHE_DIR: path.join(home.path, 'cache'),
    }
    await home.run(['tasks', 'create', '--title', 'Fix the login', '--json'], {env})
  })
  after(async () => {
    await sandbox.close()
    await home[Symbol.asyncDispose]()
  })

  const completed = async (...words: string[]) => {
    const {code, stderr, stdout} = await home.run(['autocomplete', 'complete', '--', ...words], {env})
    assert.deepEqual([code, stderr], [0, ''])
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t')[0] ?? '')
  }
  const cached = () => globSync('cache/completion/*.json', {cwd: home.path}).map((file) => path.join(home.path, file))

  it('are there at once from a cache that the first TAB has filled beside itself, and in no request of its own', async () => {
    const before = sandbox.journal.api.length
    assert.deepEqual(await completed('tasks', 'get', ''), [])
    // The process beside it is not ours to await: what it leaves is.
    while (cached().length === 0) await pause(20)
    assert.ok(sandbox.journal.api.length > before)
    const requests = sandbox.journal.api.length
    const slugs = await completed('tasks', 'get', '')
    assert.ok(slugs.length > 0)
    assert.ok((await completed('organization', 'switch', '')).length > 0)
    assert.equal(sandbox.journal.api.length, requests)
    assert.equal(statSync(cached()[0] ?? '').mode & 0o777, 0o600)
  })

  it('of settings, aliases and plugins need no service', async () => {
    assert.ok((await completed('config', 'get', 'api')).includes('apiUrl'))
    await home.run(['alias', 'set', 'mine', 'tasks list'], {env})
    assert.deepEqual(await completed('mi'), ['mine'])
  })

  describe('in the cache', () => {
    const owner = {homeDir: '/h', profile: 'default', apiUrl: {value: 'https://api.test'}}
    const task = [{value: 'fix-login', description: 'Fix the login'}]
    let cache: ValueCache
    let folder: string
    beforeEach(async () => {
      folder = path.join(home.path, `cache-${performance.now()}`)
      cache = new ValueCache(folder, owner)
    })
    const file = () => path.join(folder, globSync('completion/*.json', {cwd: folder})[0] ?? '')

    it('are asked for once by many, are fresh for a minute, and gone after ten', () => {
      const now = Date.now()
      assert.deepEqual([cache.isDue(now), cache.isDue(now), cache.isDue(now + 21_000)], [true, false, true])
      cache.keep({task})
      assert.deepEqual([cache.values(Date.now()), cache.isDue(Date.now() + 30_000)], [{task}, false])
      const saved = file()
      utimesSync(saved, now / 1000 - 300, now / 1000 - 300)
      assert.deepEqual([cache.values(now), cache.isDue(now + 60_000)], [{task}, true])
      utimesSync(saved, now / 1000 - 601, now / 1000 - 601)
      assert.deepEqual([cache.values(now), existsSync(saved)], [{}, false])
    })

    it("are nobody else's", () => {
      cache.keep({task})
      for (const change of [{profile: 'work'}, {homeDir: '/i'}, {organization: {value: 'acme'}}])
        assert.deepEqual(new ValueCache(folder, {...owner, ...change}).values(Date.now()), {})
    })

    it('are none where the file is damaged', () => {
      cache.keep({task})
      for (const text of ['{', '[]', '{"task": 1}', '{"task": [1, {"value": 2}]}']) {
        writeFileSync(file(), text)
        assert.deepEqual(cache.values(Date.now())['task'] ?? [], [])
      }
    })
  })
})
