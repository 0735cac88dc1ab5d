import assert from 'node:assert/strict'
import {Home} from '../support/cli.ts'
import {SandboxWithClock} from '../support/sandbox-with-clock.ts'
import {APPROVE, assertSucceeded, STORAGE_KEY} from '../support/signed-in.ts'

const HOUR_MS = 3_600_000
/** So short that an offset of an hour, taken for true, would end every token at once. */
const TOKEN_SECONDS = 600

export interface Jump {
  readonly storage: 'file' | 'key'
  /** Of the server's clock. */
  readonly hours: number
}

export function describeJumps(jumps: readonly Jump[]): void {
  describe('row 68: a clock that is wrong, and one that jumps', () => {
    let sandbox: SandboxWithClock
    before(async () => {
      sandbox = await SandboxWithClock.start()
      await sandbox.setAccessTokenSeconds(TOKEN_SECONDS)
    })
    after(() => sandbox[Symbol.asyncDispose]())
    afterEach(() => sandbox.setShift(0))

    for (const {storage, hours} of jumps) {
      it(`${storage} storage, the server's clock jumps by ${hours} h and back: no refresh loop, nobody is told "expired"`, async () => {
        await using home = await Home.createResident()
        const env = {
          SUPERSET_API_URL: sandbox.url,
          SUPERSET_WEB_URL: sandbox.url,
          BROWSER: APPROVE,
          ...(storage === 'key' && {SUPERSET_STORAGE_KEY: STORAGE_KEY}),
        }
        assertSucceeded(await home.run(['auth', 'login', '--json', '--storage', storage], {env}))
        for (const shift of [hours, 0]) {
          await sandbox.setShift(shift * HOUR_MS)
          assert.ok((await requestsOf(home, env, 1)) <= 1, `a jump to ${shift} h costs one refresh at most`)
          assert.equal(await requestsOf(home, env, 4), 0, `at ${shift} h nothing is refreshed any more`)
          const status = await home.run(['auth', 'status', '--json'], {env})
          assertSucceeded(status)
          assert.equal((JSON.parse(status.stdout) as {expired?: boolean}).expired, false)
        }

        // What is granted on a wrong clock is reckoned with its offset.
        await sandbox.setShift(hours * HOUR_MS)
        assertSucceeded(await home.run(['auth', 'refresh', '--json'], {env}))
        assert.equal(await requestsOf(home, env, 2), 0, `granted at ${hours} h, the token serves`)
      })
    }

    /** So many runs at once; all must succeed. @returns the token requests that they sent */
    async function requestsOf(home: Home, env: Record<string, string>, runs: number): Promise<number> {
      const before = await sandbox.refreshRequests()
      const ended = await Promise.all(Array.from({length: runs}, () => home.run(['tasks', 'list', '--json'], {env})))
      for (const run of ended) assertSucceeded(run)
      return (await sandbox.refreshRequests()) - before
    }
  })
}
