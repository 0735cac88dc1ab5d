import assert from 'node:assert/strict'
import {EXIT} from '@superset/identity'
import type {Entry, Reason} from '../../src/ledger/judge.ts'
import {renew, type RenewPorts} from '../../src/session/renew.ts'
import {MemoryStore} from '../support/memory-store.ts'

const silence: Reason = {code: 'SILENCE', message: 'no answer', exit: EXIT.temporary, suggestions: [], retryable: true}

describe('row 63: a run that waits for a refresher that nobody has answered yet', () => {
  /** The refresher holds its lock all the while; each pause of the run takes a second. */
  function wait(onPause: (paused: number, store: MemoryStore) => unknown, slowness = 1) {
    const store = new MemoryStore('refresh-token')
    const entry: Entry = {phase: 'claimed', presented: 0, attempt: 1, holder: 'pid 1', changedAt: 0, reason: silence}
    let paused = 0
    const ports: RenewPorts = {
      store,
      // The claim is made when this run has begun to wait.
      ledger: {read: () => (paused === 0 ? undefined : entry), lostAt: () => undefined, issuerRest: () => undefined},
      election: {
        launches: 0,
        isOpen: async () => false,
        start: () => assert.fail('the refresher lives'),
        async pause() {
          await onPause(++paused, store)
        },
        helperEnded: async () => {},
        [Symbol.dispose]() {},
      },
      now: () => paused * 1000,
      random: () => 0,
      tell: () => {},
    }
    return renew({stale: store.generation, tokenValid: false, replay: false, runStartedAt: 0, slowness}, ports)
  }

  it('stays, and leaves with the session that came of the next try', async () => {
    const renewal = await wait(
      (paused, store) =>
        paused === 20 &&
        store.save(store.generation, {accessToken: 'x', refreshToken: 'next', clockOffsetMs: 0, receivedAt: 0}),
    )
    assert.equal(renewal.outcome, 'adopted')
  })

  for (const [slowness, seconds] of [
    [1, 30],
    [4, 120],
  ] as const) {
    it(`says what the refresher has met when its ${seconds} s are over, on a machine ${slowness} times slower than it should be`, async () => {
      let pauses = 0
      const renewal = await wait((paused) => (pauses = paused), slowness)
      assert.deepEqual(renewal, {outcome: 'blocked', blocked: {reason: silence}})
      assert.equal(pauses, seconds + 1)
    })
  }
})
