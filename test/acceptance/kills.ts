import assert from 'node:assert/strict'
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {startSandbox, type ActiveFault, type Sandbox} from '@superset/sandbox'
import {Home, type Started} from '../support/cli.ts'
import {plantIncumbentSession, readIncumbentConfig} from '../support/incumbent.ts'
import {refreshPhase} from '../support/ledger.ts'
import {skip} from '../support/skip.ts'
import {assertSucceeded, sandboxEnvironment, setExpiry} from '../support/signed-in.ts'

const PAST = 1000

/** Where the refresh stands when the command is killed. */
type Phase = 'answered' | 'before the claim' | 'claimed' | 'saved' | 'sent'
const PHASES: readonly Phase[] = ['before the claim', 'claimed', 'sent', 'answered', 'saved']

/** @param times how often the refresh is killed in each phase */
export function describeKills(times: number): void {
  describe('kill -9 during a refresh, on a server that ends everything at a replay', () => {
    let sandbox: Sandbox
    let home: Home
    let env: Record<string, string>
    const kills = new Map<string, number>()

    before(async () => {
      sandbox = await startSandbox()
      home = await Home.createResident()
      env = sandboxEnvironment(sandbox)
      // The incumbent's session names no endpoints: they are discovered while the claim is held, which gives that phase a length.
      await plantIncumbentSession(home, sandbox, PAST)
    })
    after(async () => {
      await home[Symbol.asyncDispose]()
      await sandbox.close()
    })

    const refreshRequests = () => sandbox.counters.token['refresh_token'] ?? 0

    for (const target of ['the command', 'its process group'] as const) {
      for (const phase of PHASES) {
        it(`${target}, ${phase}: the session lives (${times} times)`, async () => {
          for (let round = 0; round < times;) {
            const before = refreshRequests()
            await expire()
            const hold = holdAt(phase)
            const started = home.start(['tasks', 'list', '--json'], {env, detached: true})
            const seen = await reach(phase, started, hold)
            if (seen === phase) {
              process.kill(target === 'the command' ? started.pid : -started.pid, 'SIGKILL')
              round++
              kills.set(`${target}, ${seen}`, (kills.get(`${target}, ${seen}`) ?? 0) + 1)
            }

            hold?.release()
            const {signal} = await started.ended
            if (seen === phase) assert.equal(signal, 'SIGKILL', 'it was killed, not done')
            assertSucceeded(await home.run(['tasks', 'list', '--json'], {env}))
            assert.equal(refreshRequests() - before, 1, 'the token was presented once, by whomever')
            assert.equal(sandbox.liveRefreshTokens(), 1)
          }
        })
      }
    }

    it('a forced refresh succeeds after all of that, and each phase was hit as often as promised', async () => {
      assertSucceeded(await home.run(['auth', 'refresh'], {env}))
      for (const target of ['the command', 'its process group']) {
        for (const phase of PHASES) assert.equal(kills.get(`${target}, ${phase}`), times, `${target}, ${phase}`)
      }
    })

    it('a command that ends by itself, first process of its PID namespace: the answer under way is stored', async function () {
      const unshare = ['unshare', '--pid', '--fork']
      const probe = await home.start(['--version'], {prefix: unshare}).ended
      if (probe.code !== 0) skip(this, `no PID namespaces here: ${probe.stderr.trim()}`)
      for (let round = 0; round < times; round++) {
        // Inside the leeway of a week: the token serves, so the command does its work and would be gone before the answer.
        await setExpiry(home, Date.now() + 30 * 60_000)
        const {auth} = await readIncumbentConfig(home)
        sandbox.faults.token.add({delayAfterMs: 700})
        assertSucceeded(await home.start(['tasks', 'list', '--json'], {env, prefix: unshare}).ended)
        assert.notEqual((await readIncumbentConfig(home)).auth.refreshToken, auth.refreshToken)
      }

      assertSucceeded(await home.run(['auth', 'refresh'], {env}))
      assert.equal(sandbox.liveRefreshTokens(), 1)
    })

    async function expire(): Promise<void> {
      await rm(path.join(home.superset, 'identity', 'discovery'), {recursive: true, force: true})
      await setExpiry(home, PAST)
    }

    function holdAt(phase: Phase): ActiveFault | undefined {
      if (phase === 'claimed') return sandbox.faults.metadata.add({hold: 'before'})
      if (phase === 'sent') return sandbox.faults.token.add({hold: 'before', grant: 'refresh_token'})
      if (phase === 'answered') return sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
      if (phase === 'saved') return sandbox.faults.api.add({hold: 'before'})
      return undefined
    }

    /** Waits until the refresh stands there; returns where it really stands, as the ledger and the server tell it. */
    async function reach(phase: Phase, started: Started, hold: ActiveFault | undefined): Promise<Phase> {
      // Early enough, on most machines, to be before the claim; whether it was is read from the ledger.
      if (phase === 'before the claim') await sleep(20 + Math.random() * 120)
      await Promise.race([hold?.held(), started.ended])
      const stands = refreshPhase(home)
      if (stands === 'none') return phase === 'saved' ? 'saved' : 'before the claim'
      return stands === 'sent' && phase === 'answered' ? 'answered' : stands
    }
  })
}
