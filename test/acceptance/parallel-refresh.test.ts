import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {assertSucceeded, setExpiry, signIn} from '../support/signed-in.ts'

/** `npm run soak:refresh -- parallel` starts more of them. */
const RUNS = 10
const PAST = 1000

describe('parallel runs at expiry, on a server that ends everything at a replay', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  const tokenRequests = () => sandbox.counters.token['refresh_token'] ?? 0

  it(`${RUNS} runs of \`tasks list\`, file storage: one token request, ${RUNS} successes, alive afterwards`, async () => {
    await using home = await Home.create()
    const env = await signIn(home, sandbox, 'file')
    await setExpiry(home, PAST)
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

  it(`${RUNS} runs, sealed storage: one token request, ${RUNS} successes, alive afterwards`, async () => {
    await using home = await Home.create()
    const env = await signIn(home, sandbox, 'key')
    sandbox.setAccessTokenSeconds(1)
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    sandbox.setAccessTokenSeconds(604_800)
    await sleep(1100)
    const before = tokenRequests()
    const runs = await Promise.all(Array.from({length: RUNS}, () => home.run(['tasks', 'list', '--json'], {env})))
    for (const run of runs) assertSucceeded(run)
    assert.equal(tokenRequests() - before, 1)
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    assert.equal(tokenRequests() - before, 2)
  })

  it(`row 1: after a refusal, ${RUNS} runs send one token request and all say why`, async () => {
    await using home = await Home.create()
    const env = await signIn(home, sandbox, 'file')
    await setExpiry(home, PAST)
    sandbox.expireRefreshTokens()
    const before = tokenRequests()
    const runs = await Promise.all(Array.from({length: RUNS}, () => home.run(['tasks', 'list', '--json'], {env})))
    for (const run of runs) {
      assert.equal(run.code, 4, run.stdout + run.stderr)
      const {error} = JSON.parse(run.stdout) as {error: {code: string; message: string; suggestions: string[]}}
      assert.equal(error.code, 'AUTH_ENDED')
      assert.match(error.message, /invalid_grant/)
      assert.match(error.suggestions.join(' '), /superset auth login/)
    }

    assert.equal(tokenRequests() - before, 1)
  })
})
