import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {readdir, rm, utimes, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {
  keyringMissing,
  startKeyring,
  type KeyringSession,
} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {Home, type Run} from '../support/cli.ts'
import {countKeyringItems} from '../support/keyring-items.ts'
import {few, itInFull, times} from '../support/matrix.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'

const RUNS = times({full: 20, few: 5})
const USING = [
  ['tasks', 'list'],
  ['auth', 'token'],
  ['auth', 'refresh'],
]
const WEEK_SECONDS = 604_800
const SHORT_SECONDS = 1

interface Failure {
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
}

describe('a real gnome-keyring in a D-Bus session of its own', () => {
  let sandbox: Sandbox
  let home: Home
  let keyring: KeyringSession
  /** Of a person at their desktop. */
  let env: Record<string, string>

  before(async function () {
    const missing = await keyringMissing()
    if (missing !== undefined) skip(this, missing)
    sandbox = await startSandbox()
  })
  after(() => sandbox?.close())
  beforeEach(async () => {
    home = await Home.create()
    keyring = await startKeyring()
    env = {...sandboxEnvironment(sandbox), ...onBus(keyring)}
  })
  afterEach(async () => {
    await keyring?.stop()
    await home?.[Symbol.asyncDispose]()
  })

  const tokenRequests = () => sandbox.counters.token['refresh_token'] ?? 0

  it('signs in (keychain is the default), lists tasks, refreshes at expiry, signs out and leaves no entry', async () => {
    const login = await expiringSignIn()
    const before = tokenRequests()
    assert.equal((JSON.parse(login.stdout) as {storage: string}).storage, 'keychain')
    assert.equal(countKeyringItems(keyring.env), 1)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    assert.equal(tokenRequests(), before + 1)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    assert.equal(tokenRequests(), before + 1)
    assert.equal(countKeyringItems(keyring.env), 1)
    assertSucceeded(await home.run(['auth', 'logout'], {env}))
    assert.equal(countKeyringItems(keyring.env), 0)
    assert.equal((await home.run(['tasks', 'list'], {env})).code, 4)
  })

  itInFull('row 66: the keys of sign-ins that were killed half-way go with a later sign-in, a day after', async () => {
    const sessions = path.join(home.superset, 'identity/sessions')
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3_600_000)
    // As kills leave them: no profile names them, and of one there is nothing but the folder.
    for (let killed = 0; killed < 2; killed++) {
      assertSucceeded(await signInHere())
      await rm(path.join(home.superset, 'identity/profiles'), {recursive: true})
    }

    const [first = '', second = ''] = (await readdir(sessions)).map((name) => path.join(sessions, name))
    await rm(path.join(first, '0000000001.sealed'))
    for (const file of [first, second, path.join(second, '0000000001.sealed')])
      await utimes(file, twoDaysAgo, twoDaysAgo)
    assert.equal(countKeyringItems(keyring.env), 2)
    assertSucceeded(await signInHere())
    assert.equal(countKeyringItems(keyring.env), 1)
    assert.equal((await readdir(sessions)).length, 1)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
  })

  it(`${RUNS} runs at expiry: one token request, ${RUNS} successes, alive afterwards`, async () => {
    await expiringSignIn()
    const before = tokenRequests()
    const runs = await Promise.all(Array.from({length: RUNS}, () => home.run(['tasks', 'list', '--json'], {env})))
    for (const run of runs) {
      assertSucceeded(run)
      assert.ok((JSON.parse(run.stdout) as unknown[]).length > 0)
    }

    assert.equal(tokenRequests() - before, 1)
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    assert.equal(tokenRequests() - before, 2)
  })

  it('row 52: a locked keyring is called locked, with the next step; nothing is sent, nothing is lost', async () => {
    await expiringSignIn()
    const before = sandbox.counters
    keyring.lock()
    for (const command of few(USING, (one) => one[0] === 'tasks')) {
      const failure = await refused(command)
      assert.equal(failure.code, 'STORE_LOCKED')
      assert.match(failure.message, /locked/)
      assert.match(failure.suggestions.join(' '), /Unlock it.*superset auth login --storage file/)
    }

    assert.deepEqual(sandbox.counters, before)
    assert.equal(countKeyringItems(keyring.env), 1)
  })

  itInFull('a killed daemon: not reachable, never "not signed in"; nothing is sent', async () => {
    await expiringSignIn()
    const before = sandbox.counters
    await keyring.kill()
    await assertOutOfReach(env)
    assert.deepEqual(sandbox.counters, before)
  })

  it('row 54: without D-Bus a session of the keyring is not reachable here, and serves again where it is', async () => {
    await expiringSignIn()
    const before = sandbox.counters
    await assertOutOfReach(await withoutBus())
    assert.deepEqual(sandbox.counters, before)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
  })

  itInFull('row 54: the keyring of another login does not have the key: lost, not signed out', async () => {
    await expiringSignIn()
    await using other = await startKeyring()
    const failure = await refused(['tasks', 'list'], {...env, ...onBus(other)})
    assert.equal(failure.code, 'STORE_KEYCHAIN_LOST')
    assert.match(failure.suggestions.join(' '), /superset auth login/)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
  })

  itInFull(
    '`auth status` reads the index alone: the same answer, exit 0, locked, dead or without any bus',
    async () => {
      assertSucceeded(await signInHere())
      const status = (variables: Record<string, string | undefined>) =>
        home.run(['auth', 'status', '--json'], {env: variables})
      const usual = await status(env)
      assertSucceeded(usual)
      const before = sandbox.counters
      keyring.lock()
      assert.deepEqual(await status(env), usual)
      await keyring.kill()
      assert.deepEqual(await status(env), usual)
      assert.deepEqual(await status(await withoutBus()), usual)
      assert.deepEqual(sandbox.counters, before)
    },
  )

  it('row 53: without any keyring sign-in is refused before the browser opens, and both choices are named', async () => {
    const mark = path.join(home.path, 'browser-was-started')
    const browser = path.join(home.path, 'browser.sh')
    await writeFile(browser, `#!/bin/sh\n: > '${mark}'\nexec '${env['BROWSER']}' "$1"\n`, {mode: 0o700})
    await using bare = await startKeyring({daemon: false})
    for (const variables of [await withoutBus(), {...env, ...onBus(bare)}]) {
      const before = sandbox.counters
      const failure = await refused(['auth', 'login'], {...variables, BROWSER: browser})
      assert.equal(failure.code, 'STORE_KEYCHAIN_ABSENT')
      assert.match(failure.message, /No keyring/)
      assert.match(failure.suggestions.join(' '), /--storage file.*SUPERSET_STORAGE_KEY/)
      assert.ok(!existsSync(mark), 'the browser was started')
      assert.equal(sandbox.counters.requests, before.requests, 'the service was asked')
      assert.equal((await home.run(['auth', 'status'], {env: variables})).code, 4)
    }

    // The mark does tell: with a keyring this browser is started.
    assertSucceeded(await home.run(['auth', 'login'], {env: {...env, BROWSER: browser}}))
    assert.ok(existsSync(mark), 'the browser was not started')
  })

  itInFull('a keyring that is locked at sign-in is called locked before the browser opens', async () => {
    keyring.lock()
    const before = sandbox.counters
    assert.equal((await refused(['auth', 'login'])).code, 'STORE_LOCKED')
    assert.equal(sandbox.counters.requests, before.requests)
  })

  itInFull(
    'signs out where the keyring is locked: gone here, nothing sent, and it says until when it may live on',
    async () => {
      assertSucceeded(await signInHere())
      const before = sandbox.counters
      keyring.lock()
      const logout = await home.run(['auth', 'logout'], {env})
      assertSucceeded(logout)
      assert.match(logout.stdout + logout.stderr, /Signed out \S+ here\. The session may live on at/)
      assert.deepEqual(sandbox.counters, before)
      assert.equal((await home.run(['tasks', 'list'], {env})).code, 4)
    },
  )

  function signInHere(): Promise<Run> {
    return home.run(['auth', 'login', '--json'], {env})
  }

  /** The access token is over when this returns. */
  async function expiringSignIn(): Promise<Run> {
    const run = await signInHere()
    assertSucceeded(run)
    sandbox.setAccessTokenSeconds(SHORT_SECONDS)
    try {
      // Signing in uses its token; a refresh does not.
      assertSucceeded(await home.run(['auth', 'refresh'], {env}))
      await sleep(SHORT_SECONDS * 1000 + 50)
      return run
    } finally {
      sandbox.setAccessTokenSeconds(WEEK_SECONDS)
    }
  }

  /** A terminal over SSH, a container: no session bus, and none to be found by guessing. */
  async function withoutBus(): Promise<Record<string, string | undefined>> {
    return {...env, DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: home.path}
  }

  async function refused(args: readonly string[], variables: Record<string, string | undefined> = env) {
    const run = await home.run([...args, '--json'], {env: variables})
    assert.equal(run.code, 74, run.stdout + run.stderr)
    assert.doesNotMatch(run.stdout + run.stderr, /not signed in|signed out/i)
    return (JSON.parse(run.stdout) as {error: Failure}).error
  }

  async function assertOutOfReach(variables: Record<string, string | undefined>): Promise<void> {
    for (const command of few(USING, (one) => one[0] === 'tasks')) {
      const failure = await refused(command, variables)
      assert.equal(failure.code, 'STORE_KEYCHAIN_UNREACHABLE')
      assert.match(failure.message, /in the login keyring, not reachable from this session/)
      assert.match(failure.suggestions.join(' '), /SUPERSET_API_KEY/)
    }
  }
})

/** What a login session gives its programs to find the keyring by. */
function onBus({env}: KeyringSession): Record<string, string> {
  return {DBUS_SESSION_BUS_ADDRESS: env['DBUS_SESSION_BUS_ADDRESS'] ?? ''}
}
