import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {CountingServer} from '../support/counting-server.ts'
import {plantIncumbentSession} from '../support/incumbent.ts'
import {assertSucceeded, sandboxEnvironment, setExpiry, signIn} from '../support/signed-in.ts'
import {errorOf, signInWithKey, writeConfig} from '../support/stored-key.ts'
import {few} from '../support/matrix.ts'

const DAY_MS = 24 * 3600 * 1000
const PAST = 1000

type Variables = Readonly<Record<string, string>>

/** Each stores a credential that belongs to the sandbox, and returns the variables to use it with. */
const CREDENTIALS: Readonly<Record<string, (home: Home, sandbox: Sandbox) => Promise<Variables>>> = {
  'a session in config.json': (home, sandbox) => signIn(home, sandbox, 'file'),
  'an expired session in config.json': async (home, sandbox) => {
    const env = await signIn(home, sandbox, 'file')
    await setExpiry(home, PAST)
    return env
  },
  "the incumbent's session in config.json": async (home, sandbox) => {
    await plantIncumbentSession(home, sandbox, Date.now() + DAY_MS)
    return sandboxEnvironment(sandbox)
  },
  'a sealed session': (home, sandbox) => signIn(home, sandbox, 'key'),
  'an API key in config.json': (home, sandbox) => signInWithKey(home, sandbox, 'file'),
  'a sealed API key': (home, sandbox) => signInWithKey(home, sandbox, 'key'),
}

const COMMANDS = [
  ['tasks', 'list'],
  ['tasks', 'create', '--title', 'x'],
  ['auth', 'whoami'],
  ['auth', 'token'],
]

describe('a stored credential belongs to one origin', () => {
  let sandbox: Sandbox
  let other: CountingServer
  before(async () => {
    sandbox = await startSandbox()
    other = await CountingServer.start()
  })
  after(async () => {
    await other[Symbol.asyncDispose]()
    await sandbox.close()
  })

  for (const [name, store] of few(Object.entries(CREDENTIALS), ([one]) => /^an expired|^a sealed API/.test(one))) {
    it(`${name} is refused, and nothing is sent, when SUPERSET_API_URL names another`, async () => {
      await using home = await Home.createResident()
      const {SUPERSET_API_URL: own, SUPERSET_WEB_URL: _, ...env} = await store(home, sandbox)
      const before = sandbox.counters.requests
      const refresh = name.includes('session') ? [['auth', 'refresh']] : []
      for (const command of [...COMMANDS, ...refresh]) {
        const run = await home.run([...command, '--json'], {env: {...env, SUPERSET_API_URL: other.url}})
        assert.equal(run.code, 78, run.stdout + run.stderr)
        const {code, message, suggestions} = errorOf(run)
        assert.equal(code, 'ORIGIN_MISMATCH')
        assert.ok(message.includes(other.url) && message.includes(own ?? '-'), message)
        assert.match(suggestions.join(' '), /SUPERSET_API_URL.*`superset auth login`/)
      }

      const status = await home.run(['auth', 'status', '--json'], {env: {...env, SUPERSET_API_URL: other.url}})
      assert.ok([0, 4].includes(status.code ?? -1), status.stdout + status.stderr)
      assert.equal((JSON.parse(status.stdout) as {apiUrl: string}).apiUrl, own)
      assert.equal(sandbox.counters.requests - before, 0)
      assert.deepEqual([other.connections, other.requests], [0, []])
    })

    it(`${name} is used at its own origin when SUPERSET_API_URL is not set`, async () => {
      await using home = await Home.createResident()
      const {SUPERSET_API_URL: _, SUPERSET_WEB_URL: __, ...env} = await store(home, sandbox)
      const before = sandbox.counters.api['task.list'] ?? 0
      assertSucceeded(await home.run(['tasks', 'list'], {env}))
      assert.equal((sandbox.counters.api['task.list'] ?? 0) - before, 1)
    })
  }

  it("an API key that the incumbent wrote belongs to the service's own origin", async () => {
    await using home = await Home.createResident()
    await writeConfig(home, JSON.stringify({apiKey: sandbox.apiKey}))
    const run = await home.run(['tasks', 'list', '--json'], {env: {SUPERSET_API_URL: other.url}})
    assert.equal(run.code, 78, run.stdout + run.stderr)
    assert.match(errorOf(run).message, /https:\/\/api\.superset\.sh/)
    assert.equal(other.connections, 0)
  })
})
