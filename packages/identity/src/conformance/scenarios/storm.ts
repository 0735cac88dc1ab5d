import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {startApart} from '../run-apart.ts'
import {needing, type Script} from '../scenario.ts'
import {assertNoReplay} from './refresh.ts'

const STORM = 20
const PROCESSES = 5
const SLOW_MS = 300

/** Many runs at the same moment. */
export const STORMS: readonly Script[] = needing('refresh-token', [
  {
    id: 'refresh/storm',
    title: `${STORM} runs at the same moment: one presentation, and each has a session`,
    clause: '4.3',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      const runs = await Promise.all(Array.from({length: STORM}, () => machine.run()))
      assert.deepEqual(
        [...new Set(runs.map(({exit}) => exit))],
        [0],
        runs.find(({problem}) => problem)?.problem?.message,
      )
      assert.equal(issuer.presented.length, 1, 'presentations')
      assert.equal(issuer.grants.replays, 0)
    },
  },
  {
    id: 'refresh/storm-of-processes',
    title: `${PROCESSES} processes at the same moment: one presentation, and each has a session`,
    clause: '4.3',
    needs: ['module'],
    deadlineMs: 30_000,
    async play({issuer, machine, subject}) {
      await machine.signedIn('expired')
      const {module = ''} = subject
      // The issuer takes its time, so that whoever does not wait for the first is seen to present, too.
      issuer.fail('token', {kind: 'held', until: issuer.reached('token').then(() => sleep(SLOW_MS))}, 1)
      const ready = await Promise.all(Array.from({length: PROCESSES}, () => startApart(module, machine.request())))
      const exits = await Promise.all(ready.map((apart) => apart.run()))
      assert.deepEqual([...new Set(exits)], [0])
      assert.equal(issuer.presented.length, 1, 'presentations')
    },
  },
  {
    id: 'refresh/one-provider',
    title: 'one provider that is asked many things at once renews once',
    clause: '4.3',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      const provider = await machine.provider()
      const sessions = await Promise.all(Array.from({length: 5}, () => provider.session(machine.request())))
      const responses = await Promise.all(sessions.map(async (session) => session?.fetch('/api/echo')))
      assert.deepEqual([...new Set(responses.map((response) => response?.status))], [200])
      await provider.settle?.()
      assert.equal(issuer.presented.length, 1, 'presentations')
    },
  },
  {
    id: 'refresh/adopted',
    title: 'what another run has renewed meanwhile is used, not renewed again',
    clause: '4.5',
    async play({issuer, machine}) {
      const first = await machine.signedIn()
      const provider = await machine.provider()
      const session = await provider.session(machine.request())
      const old = (await session?.token()) ?? first?.accessToken ?? ''
      issuer.grants.reject(old)
      await machine.run()
      assert.equal(issuer.presented.length, 1, 'the other run has renewed')
      assert.equal((await session?.fetch('/api/echo'))?.status, 200)
      await provider.settle?.()
      assertNoReplay(issuer.presented)
      assert.equal(issuer.grants.replays, 0)
    },
  },
])
