import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {digest, obtainTokens, startSandbox, type Sandbox} from '@superset/sandbox'
import {Home, type Run} from '../support/cli.ts'
import {assertSucceeded, sandboxEnvironment, signIn} from '../support/signed-in.ts'
import {errorOf, signInWithKey} from '../support/stored-key.ts'
import {few, itInFull} from '../support/matrix.ts'

const BAD_KEY = 'sk_live_0123456789abcdefghijklmnopqrstuv'
const LIST = ['tasks', 'list', '--json']

describe('API keys and tokens from outside', () => {
  let folder: string
  let sandbox: Sandbox
  let env: Record<string, string>
  let home: Home
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'service-'))
    sandbox = await startSandbox({database: path.join(folder, 'service.db')})
    // A key belongs to a person, not to an organization.
    env = {...sandboxEnvironment(sandbox), SUPERSET_ORGANIZATION_ID: sandbox.organizations.team.id}
  })
  after(async () => {
    await sandbox.close()
    await rm(folder, {recursive: true, force: true})
  })
  beforeEach(async () => {
    home = await Home.createResident()
  })
  afterEach(() => home[Symbol.asyncDispose]())

  /** What the last request to the API carried. */
  const sent = () => {
    const {scheme, credential} = sandbox.journal.api.at(-1) ?? {}
    return [scheme, credential]
  }

  /** Some run, refused because of a key; the key itself is never shown. */
  function assertKeyRefused(run: Run, source: RegExp): void {
    assert.equal(run.code, 4, run.stdout + run.stderr)
    const {code, message, suggestions} = errorOf(run)
    assert.match(code, /^AUTH_/)
    assert.match(message, source)
    assert.match(suggestions.join(' '), /`superset auth login`|create a new one/)
    assert.ok(!(run.stdout + run.stderr).includes(BAD_KEY) && !(run.stdout + run.stderr).includes(sandbox.apiKey))
  }

  it('SUPERSET_API_KEY is used as it is', async () => {
    assertSucceeded(await home.run(LIST, {env: {...env, SUPERSET_API_KEY: sandbox.apiKey}}))
    assert.deepEqual(sent(), ['api-key', digest(sandbox.apiKey)])
  })

  it('--api-key wins over SUPERSET_API_KEY, which wins over SUPERSET_TOKEN, which wins over what is stored', async () => {
    const {access_token: token} = await obtainTokens(sandbox.url)
    const stored = await signIn(home, sandbox, 'file')
    const withToken = {...stored, SUPERSET_TOKEN: token}
    assertSucceeded(await home.run(LIST, {env: withToken}))
    assert.deepEqual(sent(), ['bearer', digest(token)])
    const withKey = {...withToken, SUPERSET_API_KEY: BAD_KEY}
    assertKeyRefused(await home.run(LIST, {env: withKey}), /SUPERSET_API_KEY/)
    assertSucceeded(await home.run([...LIST, '--api-key', sandbox.apiKey], {env: withKey}))
    assert.deepEqual(sent(), ['api-key', digest(sandbox.apiKey)])
    const status = await home.run(['auth', 'status', '--json'], {env: withKey})
    const {source, hides} = JSON.parse(status.stdout) as {source: string; hides: string[]}
    assert.deepEqual([source, hides], ['env:SUPERSET_API_KEY', ['env:SUPERSET_TOKEN', 'stored']])
  })

  itInFull('a bad key from the flag is refused by that name', async () => {
    assertKeyRefused(await home.run([...LIST, '--api-key', BAD_KEY], {env}), /--api-key/)
  })

  it('a bad key from the variable is refused by that name', async () => {
    assertKeyRefused(await home.run(LIST, {env: {...env, SUPERSET_API_KEY: BAD_KEY}}), /SUPERSET_API_KEY/)
  })

  itInFull('a bad key is not stored, and what was stored stays', async () => {
    await signInWithKey(home, sandbox, 'file')
    const run = await home.run(['auth', 'login', '--with-api-key', '--json'], {env, input: BAD_KEY})
    assertKeyRefused(run, /key/i)
    assertSucceeded(await home.run(LIST, {env}))
  })

  for (const storage of few(['file', 'key'] as const, (one) => one === 'key')) {
    it(`a stored key (${storage}) serves until sign-out, and the service is not told of that`, async () => {
      const stored = await signInWithKey(home, sandbox, storage)
      assertSucceeded(await home.run(LIST, {env: stored}))
      assert.deepEqual(sent(), ['api-key', digest(sandbox.apiKey)])
      const before = sandbox.counters.requests
      assertSucceeded(await home.run(['auth', 'logout'], {env: stored}))
      assert.equal(sandbox.counters.requests, before)
      assert.equal((await home.run(LIST, {env: stored})).code, 4)
    })
  }

  it('a token from outside is used as it is and never refreshed', async () => {
    sandbox.setAccessTokenSeconds(1)
    const {access_token: token, expires_in: seconds} = await obtainTokens(sandbox.url)
    sandbox.setAccessTokenSeconds(604_800)
    await new Promise((resolve) => {
      setTimeout(resolve, (seconds + 1) * 1000)
    })
    const before = sandbox.counters.token['refresh_token'] ?? 0
    const run = await home.run(LIST, {env: {...env, SUPERSET_TOKEN: token}})
    assert.equal(run.code, 4, run.stdout)
    assert.match(errorOf(run).message, /SUPERSET_TOKEN/)
    assert.equal(sandbox.counters.token['refresh_token'] ?? 0, before)
    assert.ok(!run.stdout.includes(token))
  })

  itInFull('inside a cloud sandbox no credential of ours is sent, whatever is stored', async () => {
    const stored = await signIn(home, sandbox, 'file')
    const run = await home.run(LIST, {env: {...stored, SUPERSET_SANDBOX_WORKSPACE_ID: 'workspace-1'}})
    assert.deepEqual(sent(), ['none', undefined])
    assert.equal(run.code, 4, 'here nobody adds a credential on the way')
    const status = await home.run(['auth', 'status', '--json'], {
      env: {...stored, SUPERSET_SANDBOX_WORKSPACE_ID: 'workspace-1'},
    })
    const {scheme, source} = JSON.parse(status.stdout) as {scheme: string; source: string}
    assert.deepEqual([scheme, source], ['ambient', 'sandbox'])
  })

  // The last one: it takes the key away.
  it('row 90: a key that was revoked is refused, and the message says where it came from', async () => {
    const stored = await signInWithKey(home, sandbox, 'file')
    assertSucceeded(await home.run(LIST, {env: stored}))
    const database = new DatabaseSync(path.join(folder, 'service.db'))
    assert.equal(database.prepare('DELETE FROM apikey').run().changes, 1)
    database.close()
    const before = sandbox.counters.api['task.list'] ?? 0
    assertKeyRefused(await home.run(LIST, {env: stored}), /your sign-in/)
    assert.equal((sandbox.counters.api['task.list'] ?? 0) - before, 1, 'not tried again')
    const fromVariable = await home.run(LIST, {env: {...stored, SUPERSET_API_KEY: sandbox.apiKey}})
    assertKeyRefused(fromVariable, /SUPERSET_API_KEY/)
  })
})
