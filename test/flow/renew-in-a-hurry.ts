import assert from 'node:assert/strict'
import {Ledger} from '../../packages/plugin-auth/src/ledger/ledger.ts'
import {Election} from '../../packages/plugin-auth/src/session/election.ts'
import {renew, type ElectionPort, type Renewal} from '../../packages/plugin-auth/src/session/renew.ts'
import type {Stage} from './stage.ts'

/** `renew` with the real ledger, locks and store; its 30 s pass in one, which begins when `from` has come about. */
export async function renewInAHurry(
  stage: Stage,
  from = Promise.resolve(),
): Promise<{renewal: Renewal; told: string[]}> {
  const {homeDir} = stage.home
  using ledger = await Ledger.open(homeDir)
  const head = await stage.store.head()
  assert.ok(head)
  using election = new Election(homeDir, head.generation)
  const startedAt = Date.now()
  const told: string[] = []
  const order = {stale: head.generation, tokenValid: false, replay: false, runStartedAt: startedAt}
  let hurryFrom = Number.POSITIVE_INFINITY
  void from.then(() => (hurryFrom = Date.now()))
  const hurried: ElectionPort = {
    isOpen: () => election.isOpen(),
    get launches() {
      return election.launches
    },
    start: (...args) => election.start(...args),
    pause: (ms) => election.pause(ms / 30),
    helperEnded: (ms) => election.helperEnded(ms / 30),
    [Symbol.dispose]() {},
  }
  // Until then time stands still: how long a helper takes to start is no part of it.
  const now = () => startedAt + 30 * Math.max(0, Date.now() - hurryFrom)
  const tell = (line: string) => void told.push(line)
  const renewal = await renew(order, {
    ledger,
    store: stage.store,
    election: hurried,
    now,
    random: Math.random,
    tell,
  })
  return {renewal, told}
}
