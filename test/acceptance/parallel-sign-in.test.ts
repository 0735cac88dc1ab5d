import assert from 'node:assert/strict'
import {once} from 'node:events'
import {approve, type Sandbox, startSandbox} from '@superset/sandbox'
import {Home, type Started} from '../support/cli.ts'
import {assertSucceeded, sandboxEnvironment, STORAGE_KEY} from '../support/signed-in.ts'
import {itInFull} from '../support/matrix.ts'

const LOGIN = ['auth', 'login', '--no-browser', '--json', '--storage', 'key']

describe('row 80: two sign-ins to one profile at the same time', () => {
  let sandbox: Sandbox
  let home: Home
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())
  beforeEach(async () => {
    home = await Home.create()
    sandbox.journal.reset()
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const environment = () => ({...sandboxEnvironment(sandbox), SUPERSET_STORAGE_KEY: STORAGE_KEY})
  const start = (profile = 'default') =>
    home.start([...LOGIN, '--profile', profile], {env: environment(), keepStdin: true})

  async function says(started: Started, text: RegExp): Promise<string> {
    for (;;) {
      const found = text.exec(started.stderr)
      if (found) return found[1] ?? found[0]
      await Promise.race([once(started.child.stderr!, 'data'), started.ended.then(() => assert.fail(started.stderr))])
    }
  }

  const addressOf = (started: Started) => says(started, /^ {2}(http\S+callback\S+)$/m)

  it('row 80: the second one joins the first: one browser, one session, both done', async () => {
    const first = start()
    const address = await addressOf(first)
    const second = start()
    assert.match(
      await says(second, /(A sign-in .*)/),
      new RegExp(`default is already open \\(pid ${first.pid}\\); waiting`),
    )
    await approve(address)
    const runs = await Promise.all([first.ended, second.ended])
    for (const run of runs) {
      assertSucceeded(run)
      assert.equal((JSON.parse(run.stdout) as {account: string}).account, sandbox.users.admin.email)
    }

    assert.equal(sandbox.counters.token['authorization_code'], 1)
    assert.doesNotMatch(runs[1].stderr, /callback/)
    const doctor = await home.run(['doctor', '--json'], {env: environment()})
    const {checks} = JSON.parse(doctor.stdout) as {checks: {name: string; outcome: string; message: string}[]}
    assert.deepEqual(
      checks.filter(({outcome}) => outcome === 'fail'),
      [],
    )
  })

  itInFull('row 80: goes on by itself when the first one is killed, and never waits for another profile', async () => {
    const first = start()
    await addressOf(first)
    const other = start('other')
    await addressOf(other)
    const second = start()
    await says(second, /is already open/)
    first.child.kill('SIGKILL')
    await approve(await addressOf(second))
    assertSucceeded(await second.ended)
    other.child.kill('SIGINT')
    assert.equal((await other.ended).code, 130)
  })

  itInFull('row 80: Ctrl-C ends the waiting', async () => {
    const first = start()
    await addressOf(first)
    const second = start()
    await says(second, /is already open/)
    second.child.kill('SIGINT')
    assert.equal((await second.ended).code, 130)
    first.child.kill('SIGINT')
    await first.ended
  })
})
