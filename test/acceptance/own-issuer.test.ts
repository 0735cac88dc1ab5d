import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {type OidcProvider, startOidcProvider} from '@superset/foreign-issuer'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {APPROVE, assertSucceeded, STORAGE_KEY} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'
import {itInFull} from '../support/matrix.ts'

/** Nothing of it says where to sign in. */
const env = {BROWSER: APPROVE, SUPERSET_STORAGE_KEY: STORAGE_KEY}

describe("an organisation's own issuer, as a profile", () => {
  let sandbox: Sandbox
  let issuer: OidcProvider
  before(async () => {
    sandbox = await startSandbox()
    issuer = await startOidcProvider({resource: sandbox.url})
    sandbox.trust(issuer.url)
  })
  after(async () => {
    await issuer.close()
    await sandbox.close()
  })

  it('is named once; everything after that needs the name of the profile only', async () => {
    await using home = await Home.createResident()
    const work = (...args: readonly string[]) => home.run([...args, '--profile', 'work'], {env})
    const flags = ['--issuer', issuer.url, '--api-url', sandbox.url, '--client-id', 'superset-cli']
    const extra = ['--account-claim', 'sub', '--authorize-parameter', 'domain_hint=local.test']
    assertSucceeded(await work('auth', 'login', ...flags, ...extra))
    const file = path.join(home.superset, 'cli', 'profiles', 'work.json')
    const saved = {
      apiUrl: sandbox.url,
      issuer: issuer.url,
      authorizeParameters: {domain_hint: 'local.test'},
      accountClaim: 'sub',
    }
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), saved)
    const list = await work('tasks', 'list', '--json')
    assertSucceeded(list)
    assert.ok(Array.isArray(JSON.parse(list.stdout)))
    assertSucceeded(await work('auth', 'refresh'))
    assertSucceeded(await work('auth', 'logout'))
    assert.equal((await work('tasks', 'list')).code, 4)
    assertSucceeded(await work('auth', 'login'))
    assertSucceeded(await work('tasks', 'list'))
    const {authorization_code: signIns, refresh_token: refreshes} = issuer.journal.counters.token
    assert.deepEqual([signIns, refreshes], [2, 1])
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), saved)
  })

  it('is refused without the API that takes its tokens, and no browser opens', async () => {
    await using home = await Home.createResident()
    const run = await home.run(['auth', 'login', '--issuer', issuer.url, '--json'], {env})
    assert.equal(run.code, 2, run.stderr)
    assert.equal(errorOf(run).code, 'AUTH_ISSUER_ALONE')
    assert.match(errorOf(run).suggestions.join(' '), /--api-url/)
    assert.doesNotMatch(run.stderr, /http.*code_challenge/)
  })

  itInFull('and its profile say so when they name another API than the one that is signed in to', async () => {
    await using home = await Home.createResident()
    const flags = ['--issuer', issuer.url, '--api-url', sandbox.url]
    assertSucceeded(await home.run(['auth', 'login', ...flags], {env}))
    const file = path.join(home.superset, 'cli', 'profiles', 'default.json')
    const text = (await readFile(file, 'utf8')).replace(sandbox.url, 'https://elsewhere.example.test')
    await writeFile(file, text)
    const run = await home.run(['tasks', 'list', '--json'], {env})
    assert.equal(run.code, 78, run.stdout)
    assert.equal(errorOf(run).code, 'ORIGIN_MISMATCH')
    assert.match(errorOf(run).message, /the profile's settings \(default\) names https:\/\/elsewhere\.example\.test/)
    assert.ok(errorOf(run).suggestions[1]?.includes(`--api-url ${sandbox.url}`))
  })
})
