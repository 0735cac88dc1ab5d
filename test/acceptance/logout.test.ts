import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {readIncumbentConfig} from '../support/incumbent.ts'
import {assertSucceeded, setExpiry, signIn} from '../support/signed-in.ts'
import {few, itInFull} from '../support/matrix.ts'

const PAST = 1000
/** Of the service's refresh tokens. */
const REFRESH_LIFETIME_MS = 30 * 24 * 3600 * 1000

interface SignedOut {
  readonly signedOut: boolean
  readonly revocation: 'none' | 'not-sent' | 'revoked'
  readonly reason?: string
  readonly mayLiveUntil?: string
}

describe('signing out, with the same person signed in on another machine', () => {
  let sandbox: Sandbox
  let here: Home
  let there: Home
  let env: Record<string, string>
  beforeEach(async () => {
    sandbox = await startSandbox()
    here = await Home.createResident()
    there = await Home.createResident()
    ;[env] = await Promise.all([signIn(here, sandbox, 'file'), signIn(there, sandbox, 'file')])
  })
  afterEach(async () => {
    await here[Symbol.asyncDispose]()
    await there[Symbol.asyncDispose]()
    await sandbox.close()
  })

  async function signOut(home: Home): Promise<SignedOut> {
    const run = await home.run(['auth', 'logout', '--json'], {env})
    assertSucceeded(run)
    return JSON.parse(run.stdout) as SignedOut
  }

  /** Signed out here for good, alive there: what each case ends with. */
  async function assertOnlyTheOtherLives(live: number): Promise<void> {
    assert.equal((await here.run(['tasks', 'list'], {env})).code, 4)
    assert.equal((await here.run(['auth', 'status'], {env})).code, 4)
    assert.equal((await readIncumbentConfig(here)).auth, undefined)
    assert.equal(sandbox.liveRefreshTokens(), live)
    assertSucceeded(await there.run(['auth', 'refresh'], {env}))
    assertSucceeded(await there.run(['tasks', 'list'], {env}))
  }

  it('a token that was never presented is revoked, once', async () => {
    const {revocation} = await signOut(here)
    assert.equal(revocation, 'revoked')
    assert.equal(sandbox.counters.revocations, 1)
    await assertOnlyTheOtherLives(1)
    assert.equal((await signOut(here)).signedOut, false)
    assert.equal(sandbox.counters.revocations, 1, 'signing out again sends nothing')
  })

  itInFull('four at once: one revocation, and all succeed', async () => {
    await Promise.all(Array.from({length: 4}, () => signOut(here)))
    assert.equal(sandbox.counters.revocations, 1)
    await assertOnlyTheOtherLives(1)
  })

  itInFull('from sealed storage', async () => {
    await using sealed = await Home.createResident()
    env = await signIn(sealed, sandbox, 'key')
    assert.equal(sandbox.liveRefreshTokens(), 3)
    assert.equal((await signOut(sealed)).revocation, 'revoked')
    assert.equal(sandbox.liveRefreshTokens(), 2)
    assert.equal((await sealed.run(['tasks', 'list'], {env})).code, 4)
  })

  for (const moment of few(['before', 'after'] as const, (one) => one === 'after')) {
    it(`row 69: while a refresh is in flight, ${moment} the service has committed it: nothing comes back to life`, async () => {
      await setExpiry(here, PAST)
      const hold = sandbox.faults.token.add({hold: moment, grant: 'refresh_token'})
      const command = here.start(['tasks', 'list'], {env})
      await hold.held()
      const signingOut = signOut(here)
      while ((await readIncumbentConfig(here)).auth !== undefined) await sleep(10)
      assert.equal(sandbox.counters.revocations, 0, 'the old token is in flight: revoking it would be a replay')
      hold.release()
      await signingOut
      assert.equal((await command.ended).code, 4)
      await sandbox.changes.until(() => sandbox.counters.revocations === 1)
      await assertOnlyTheOtherLives(1)
      assert.equal(sandbox.counters.revocations, 1, 'the new token, by the helper')
    })
  }

  it('row 69b: after a refresh whose answer was lost, nothing is sent, and the message says until when', async () => {
    await setExpiry(here, PAST)
    sandbox.faults.token.add({cut: 'after', grant: 'refresh_token'})
    const command = await here.run(['tasks', 'list'], {env})
    assert.ok([4, 75].includes(command.code ?? -1), command.stdout + command.stderr)
    const before = Date.now()
    const {mayLiveUntil, reason, revocation} = await signOut(here)
    assert.equal(revocation, 'not-sent')
    assert.match(reason ?? '', /was not answered/)
    // The service may have granted a new one when it was asked, a moment ago.
    assert.ok(Date.parse(mayLiveUntil ?? '') > before + REFRESH_LIFETIME_MS - 60_000, mayLiveUntil)
    assert.equal(sandbox.counters.revocations, 0)
    // The service rotated, and nobody has the new token: it lives on there, unused, beside the other machine's.
    await assertOnlyTheOtherLives(2)
  })

  itInFull('with the service down, signing out works here, and says what may live on', async () => {
    sandbox.faults.revocation.add({cut: 'before'})
    const {mayLiveUntil, revocation} = await signOut(here)
    assert.equal(revocation, 'not-sent')
    assert.ok(Date.parse(mayLiveUntil ?? '') > Date.now())
    await assertOnlyTheOtherLives(2)
  })
})
