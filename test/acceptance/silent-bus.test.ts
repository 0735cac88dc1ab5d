import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {
  keyringMissing,
  startKeyring,
  startSilentBus,
  type KeyringSession,
} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {Home} from '../support/cli.ts'
import {few, itInFull} from '../support/matrix.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'

/** The native call never ends by itself: that a run ends at all shows that nothing waits for it. */

describe('row 110: a session bus that accepts and never answers', function () {
  let sandbox: Sandbox
  let keyring: KeyringSession
  let home: Home
  let bus: Awaited<ReturnType<typeof startSilentBus>>
  let env: Record<string, string>

  before(async function () {
    const missing = await keyringMissing()
    if (missing !== undefined) skip(this, missing)
    sandbox = await startSandbox()
    keyring = await startKeyring()
    bus = await startSilentBus()
    home = await Home.create()
    const desktop = {
      ...sandboxEnvironment(sandbox),
      DBUS_SESSION_BUS_ADDRESS: keyring.env['DBUS_SESSION_BUS_ADDRESS'] ?? '',
    }
    assertSucceeded(await home.run(['auth', 'login', '--json'], {env: desktop}))
    env = {...desktop, DBUS_SESSION_BUS_ADDRESS: bus.address}
  })
  after(async () => {
    await sandbox?.close()
    await keyring?.stop()
    await bus?.[Symbol.asyncDispose]()
    await home?.[Symbol.asyncDispose]()
  })

  const commands = ['tasks list', 'auth token', 'auth refresh', 'auth whoami', 'auth login']
  for (const command of few(commands, (one) => one === 'tasks list' || one === 'auth login')) {
    it(`${command}: 74, as row 55, with nothing sent`, async () => {
      const before = sandbox.counters
      const run = await home.run([...command.split(' '), '--json'], {env})
      assert.equal(run.code, 74, run.stdout + run.stderr)
      const {error} = JSON.parse(run.stdout) as {error: {code: string; message: string}}
      assert.equal(error.code, 'STORE_BUSY')
      assert.equal(error.message, 'Keyring did not answer in 3 s.')
      assert.deepEqual(sandbox.counters, before)
    })
  }

  it('doctor says so and ends; one wait serves all of its checks', async () => {
    const run = await home.run(['doctor', '--json'], {env})
    assert.equal(run.code, 1, run.stdout + run.stderr)
    assert.match(run.stdout, /Keyring did not answer in 3 s\./)
  })

  it('Ctrl-C ends the wait at once', async () => {
    const started = home.start(['tasks', 'list'], {env})
    setTimeout(() => started.child.kill('SIGINT'), 1500)
    const {code, signal} = await started.ended
    assert.ok(signal === 'SIGINT' || code === 130, `${code} ${signal}`)
  })

  itInFull('signs out all the same', async () => {
    const run = await home.run(['auth', 'logout'], {env})
    assert.equal(run.code, 0, run.stdout + run.stderr)
    assert.equal((await home.run(['tasks', 'list'], {env})).code, 4)
  })
})
