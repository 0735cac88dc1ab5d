import assert from 'node:assert/strict'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {type IncumbentConfig, plantIncumbentSession, readIncumbentConfig} from '../support/incumbent.ts'
import {few} from '../support/matrix.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'
import {errorOf, signInWithKey, writeConfig} from '../support/stored-key.ts'

const DAY_MS = 24 * 3600 * 1000
const SECRET = 'never-to-be-shown'

const auth = (change: object) =>
  JSON.stringify({auth: {accessToken: SECRET, refreshToken: SECRET, expiresAt: Date.now() + DAY_MS, ...change}})

/** Each: what is in the file, and the reason that the message must give. */
const MALFORMED: Readonly<Record<string, readonly [Buffer | string, RegExp]>> = {
  'a byte order mark': [`\uFEFF${auth({})}`, /it begins with a byte order mark/],
  null: ['null', /it holds null, not an object/],
  'an array': ['[]', /it holds an array, not an object/],
  'auth that is a string': [JSON.stringify({auth: SECRET}), /auth is a string, not an object/],
  'no access token': [auth({accessToken: undefined}), /auth\.accessToken is missing/],
  'an empty access token': [auth({accessToken: ' '}), /auth\.accessToken is empty/],
  'an access token that is a number': [auth({accessToken: 7}), /auth\.accessToken is a number, not a string/],
  'a refresh token that is an object': [auth({refreshToken: {}}), /auth\.refreshToken is an object, not a string/],
  'no time of expiry': [auth({expiresAt: undefined}), /auth\.expiresAt is missing/],
  'a time of expiry in words': [auth({expiresAt: 'tomorrow'}), /auth\.expiresAt is a string, not a finite number/],
  'a time of expiry beyond all numbers': [
    auth({}).replace(/\d{13}/, '1e999'),
    /auth\.expiresAt is a number, not a finite/,
  ],
  'an API key that is a number': [JSON.stringify({apiKey: 7}), /apiKey is a number, not a string/],
  'an empty API key': [JSON.stringify({apiKey: ''}), /apiKey is empty/],
  'a megabyte too many': [JSON.stringify({apiKey: SECRET, more: ' '.repeat(1024 * 1024)}), /it is larger than/],
}

/** Row 118: files that hold credentials or say where they are, and what another program left of them. */
const DAMAGED: Readonly<Record<string, Buffer | string>> = {
  'config.json': '',
  'profiles.json': Buffer.alloc(300),
  'identity/profiles/default.json': auth({}).slice(0, 40),
}

describe("the incumbent's config.json, used in place", () => {
  let sandbox: Sandbox
  let env: Record<string, string>
  before(async () => {
    sandbox = await startSandbox()
    env = sandboxEnvironment(sandbox)
  })
  after(() => sandbox.close())

  it('a session serves, is refreshed in place, and signing out removes it', async () => {
    await using home = await Home.createResident()
    await plantIncumbentSession(home, sandbox, Date.now() + DAY_MS)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    const {auth: before} = await readIncumbentConfig(home)
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    const {auth: after} = await readIncumbentConfig(home)
    assert.notEqual(after.refreshToken, before.refreshToken)
    const status = JSON.parse((await home.run(['auth', 'status', '--json'], {env})).stdout) as Status
    assert.deepEqual(
      [status.scheme, status.storage.kind, status.storage.encrypted, status.renewable],
      ['bearer', 'file', false, true],
    )
    assertSucceeded(await home.run(['auth', 'logout'], {env}))
    assert.equal((await readIncumbentConfig(home)).auth, undefined)
    assert.equal((await home.run(['tasks', 'list'], {env})).code, 4)
  })

  it('keys that we do not know are still there, byte for byte and in their order, after a refresh', async () => {
    await using home = await Home.createResident()
    await plantIncumbentSession(home, sandbox, 1000)
    const {auth: planted} = await readIncumbentConfig(home)
    const unknown = {
      telemetry: {enabled: false, id: 'é\u0000"\\'},
      auth: {scopes: ['a', 'b'], ...planted, deviceName: 'Bea’s'},
      relayUrl: null,
      numbers: [0, -0.5, 1e21],
      '': '',
    }
    const file = await writeConfig(home, `${JSON.stringify(unknown, null, 2)}\n`)
    const before = await readFile(file, 'utf8')
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    const after = await readFile(file, 'utf8')
    const {auth: renewed} = JSON.parse(after) as IncumbentConfig
    assert.notEqual(renewed.refreshToken, planted.refreshToken)
    const restored = after
      .replace(renewed.accessToken, planted.accessToken)
      .replace(renewed.refreshToken, planted.refreshToken)
      .replace(`"expiresAt": ${renewed.expiresAt}`, `"expiresAt": ${planted.expiresAt}`)
    assert.equal(restored, before)
  })

  it('an API key serves, signing out removes it, and the rest stays', async () => {
    await using home = await Home.createResident()
    await signInWithKey(home, sandbox, 'file')
    const file = path.join(home.superset, 'config.json')
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    assert.equal(config['apiKey'], sandbox.apiKey)
    await writeConfig(home, JSON.stringify({...config, theme: 'dark'}))
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    assert.equal(sandbox.journal.api.at(-1)?.scheme, 'api-key')
    assertSucceeded(await home.run(['auth', 'logout'], {env}))
    const left = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    assert.deepEqual([left['apiKey'], left['theme']], [undefined, 'dark'])
  })

  it('with both, the API key wins, `auth status` says what it hides, and signing out removes both', async () => {
    await using home = await Home.createResident()
    await signInWithKey(home, sandbox, 'file')
    const file = path.join(home.superset, 'config.json')
    const withKey = JSON.parse(await readFile(file, 'utf8')) as object
    await plantIncumbentSession(home, sandbox, Date.now() + DAY_MS)
    const session = await readIncumbentConfig(home)
    await writeConfig(home, JSON.stringify({...withKey, ...session}))
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    assert.equal(sandbox.journal.api.at(-1)?.scheme, 'api-key')
    const status = JSON.parse((await home.run(['auth', 'status', '--json'], {env})).stdout) as Status
    assert.equal(status.scheme, 'api-key')
    assert.match(status.notes.join(' '), /hides the stored session/)
    assertSucceeded(await home.run(['auth', 'logout'], {env}))
    assert.doesNotMatch(await readFile(file, 'utf8'), /apiKey|accessToken/)
  })

  for (const [name, [content, reason]] of few(Object.entries(MALFORMED), ([one]) => one === 'auth that is a string')) {
    it(`${name}: refused with file and reason (78), nothing sent, the file untouched`, async () => {
      await using home = await Home.createResident()
      const file = await writeConfig(home, content)
      const before = await readFile(file)
      const requests = sandbox.counters.requests
      for (const command of ['tasks list', 'auth logout']) {
        const run = await home.run([...command.split(' '), '--json'], {env})
        assert.equal(run.code, 78, `${command}: ${run.stdout}${run.stderr}`)
        const {code, message, suggestions} = errorOf(run)
        assert.equal(code, 'CONFIG_FILE_INVALID')
        assert.ok(message.includes(file), message)
        assert.match(message, reason)
        assert.match(suggestions.join(' '), /`superset auth login`/)
        assert.doesNotMatch(run.stdout + run.stderr, new RegExp(SECRET))
      }

      const status = await home.run(['auth', 'status', '--json'], {env})
      assert.equal(status.code, 4, status.stdout + status.stderr)
      const {problem} = JSON.parse(status.stdout) as Status
      assert.match(problem?.message ?? '', reason)
      assert.deepEqual([problem?.code, problem?.exit], ['CONFIG_FILE_INVALID', 78])
      assert.deepEqual(await readFile(file), before)
      assert.equal(sandbox.counters.requests, requests)
    })
  }
})

describe('row 118: a file of credentials that another program emptied, cut or filled with NUL', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  for (const [file, content] of few(Object.entries(DAMAGED), ([one]) => one === 'config.json')) {
    it(`${file}: 74, damaged; signing out works, and so does signing in`, async () => {
      await using home = await Home.createResident()
      const profile = file === 'profiles.json' ? ['--profile', 'work'] : []
      const env = {...sandboxEnvironment(sandbox), SUPERSET_STORAGE_KEY: 'ab'.repeat(32)}
      const storage = file.startsWith('identity') ? 'key' : 'file'
      const login = async () =>
        assertSucceeded(
          await home.run(['auth', 'login', '--with-api-key', '--storage', storage, ...profile], {
            env,
            input: `${sandbox.apiKey}\n`,
          }),
        )
      await login()
      const damaged = path.join(home.superset, file)
      const damage = () => writeFile(damaged, content, {mode: 0o600})
      const check = async () => {
        const run = await home.run(['tasks', 'list', '--json', ...profile], {env})
        const {code, message} = errorOf(run)
        assert.deepEqual([run.code, code], [74, 'STORE_DAMAGED'], run.stdout + run.stderr)
        assert.match(message, /damaged/)
        assert.ok(message.includes(damaged), message)
        assert.doesNotMatch(run.stdout + run.stderr, new RegExp(SECRET))
      }

      await damage()
      await check()
      const logout = await home.run(['auth', 'logout', ...profile], {env})
      assertSucceeded(logout)
      assert.match(logout.stdout + logout.stderr, /quarantine/)
      assert.equal((await home.run(['tasks', 'list', ...profile], {env})).code, 4)
      await login()
      await damage()
      await check()
      await login()
      assertSucceeded(await home.run(['tasks', 'list', ...profile], {env}))
      const folder = path.join(home.superset, 'identity', 'quarantine')
      const kept = await Promise.all((await readdir(folder)).map((each) => readFile(path.join(folder, each))))
      // The index is ours alone and holds no credential: a sign-in writes a new one in its place.
      const copies = file.startsWith('identity') ? 1 : 2
      assert.deepEqual(kept, Array(copies).fill(Buffer.from(content)))
    })
  }
})

interface Status {
  readonly scheme?: string
  readonly renewable?: boolean
  readonly storage: {readonly kind: string; readonly encrypted: boolean}
  readonly notes: readonly string[]
  readonly problem?: {readonly code: string; readonly message: string; readonly exit: number}
}
