import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home, Started} from '../support/cli.ts'
import {plantIncumbentSession} from '../support/incumbent.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'
import {rotate, Stage} from './stage.ts'

const PAST = 1000
const PROVIDER = path.resolve(import.meta.dirname, '../../packages/plugin-auth/dist/provider/auth-provider.js')

describe('a command that ends while its session is being refreshed', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`row 70: ${signal} ends it at once (exit ${exit}); the helper saves what comes`, async () => {
      await using home = await Home.create()
      await plantIncumbentSession(home, sandbox, PAST)
      const before = sandbox.counters.token['refresh_token'] ?? 0
      const hold = sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
      const env = sandboxEnvironment(sandbox)
      const started = home.start(['tasks', 'list', '--json'], {env})
      await hold.held()
      process.kill(started.pid, signal)
      // It ends while the server still holds the answer back: it did not wait for it.
      const {code, signal: by} = await started.ended
      assert.equal(code ?? (by === 'SIGINT' ? 130 : 143), exit)
      hold.release()
      assertSucceeded(await home.run(['tasks', 'list', '--json'], {env}))
      assert.equal((sandbox.counters.token['refresh_token'] ?? 0) - before, 1)
      assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    })
  }

  it('row 71: a hook of another plugin exits the process: its own exit code, and the helper saves what comes', async () => {
    const reached = Promise.withResolvers<void>()
    const opened = Promise.withResolvers<void>()
    await using stage = await Stage.open('expired', {
      async answer(response, token, of) {
        reached.resolve()
        await opened.promise
        await rotate(response, token, of)
      },
    })
    const {tell: _tell, ...request} = stage.request()
    const program = `
      const {AuthProvider} = await import(${JSON.stringify(PROVIDER)})
      process.stdin.once('data', () => process.exit(7))
      await new AuthProvider().session({...${JSON.stringify(request)}, tell() {}})
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {stdio: ['pipe', 'pipe', 'pipe']})
    const started = new Started(child)
    await reached.promise
    child.stdin.write('now')
    assert.equal((await started.ended).code, 7)
    opened.resolve()
    assert.equal((await stage.run()).token, 'access-2')
    assert.deepEqual(stage.presented, ['refresh-1'])
  })
})
