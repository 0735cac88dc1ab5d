import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Run, Started} from '../support/cli.ts'
import {helpersOf, processesHidden, signalProcess} from '../support/helper-processes.ts'
import {RefreshStage, saysItWaits, untilItWaits} from '../support/refresh-stage.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'
import {few, itInFull} from '../support/matrix.ts'

const WAITING_RUNS = 3

describe('a refresher that is suspended', () => {
  let stage: RefreshStage
  let stopped: number[] = []
  before(async function () {
    const reason = processesHidden()
    if (reason !== undefined) skip(this, reason)
    stage = await RefreshStage.create({storage: 'file'})
  })
  afterEach(() => {
    for (const pid of stopped) signalProcess(pid, 'SIGCONT')
    stopped = []
    stage.sandbox.faults.token.clear()
  })
  after(() => stage?.[Symbol.asyncDispose]())

  function suspend(pid: number): void {
    process.kill(pid, 'SIGSTOP')
    stopped.push(pid)
  }

  function resume(pid: number): void {
    process.kill(pid, 'SIGCONT')
    stopped = stopped.filter((one) => one !== pid)
  }

  /** A run whose helper has a request under way, held by the server. */
  async function elect(hold: 'after' | 'before') {
    const fault = stage.sandbox.faults.token.add({hold, grant: 'refresh_token'})
    const elected = stage.start()
    await Promise.race([fault.held(), elected.ended])
    const [helper] = await helpersOf(stage.home)
    assert.ok(helper, `no helper is at work: ${elected.stdout}${elected.stderr}`)
    return {elected, helper, fault}
  }

  for (const who of few(['the elected run', 'the helper', 'both'] as const, (one) => one === 'both')) {
    it(`row 63: ${who} suspended, valid token: it is used at once, nobody asks a second time`, async () => {
      await stage.makeDue()
      const before = stage.refreshRequests
      const {elected, helper, fault} = await elect('after')
      if (who !== 'the helper') suspend(elected.pid)
      if (who !== 'the elected run') suspend(helper)
      const runs = await Promise.all([stage.list(), stage.list()])
      for (const run of runs) {
        assertSucceeded(run)
        assert.ok(!saysItWaits(run), 'it waited for somebody who does not run')
      }

      for (const pid of stopped) resume(pid)
      fault.release()
      assertSucceeded(await elected.ended)
      assert.equal(stage.refreshRequests - before, 1)
    })
  }

  it('expired token, the elected run suspended: the others leave within 1 s of the save, or within a run (median)', async () => {
    await stage.expire()
    const before = stage.refreshRequests
    const {elected, fault} = await elect('after')
    suspend(elected.pid)
    for (const run of await leaveAfter(() => fault.release())) assertSucceeded(run)
    resume(elected.pid)
    assertSucceeded(await elected.ended)
    assert.equal(stage.refreshRequests - before, 1)
  })

  it('expired token, the helper suspended while the answer comes in: the answer is stored when it runs again', async () => {
    await stage.expire()
    const before = stage.refreshRequests
    const {elected, helper, fault} = await elect('after')
    suspend(helper)
    fault.release()
    const runs = await leaveAfter(() => resume(helper))
    for (const run of [...runs, await elected.ended]) assertSucceeded(run)
    assert.equal(stage.refreshRequests - before, 1)
    assertSucceeded(await stage.refresh())
  })

  itInFull('expired token, readers suspended at random moments: nobody else notices', async () => {
    await stage.expire()
    const before = stage.refreshRequests
    const fault = stage.sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
    const readers = Array.from({length: 3}, () => stage.start())
    await fault.held()
    // Three of them look at the store and at the ledger all the time; one of them may be the elected run.
    await sleep(Math.random() * 100)
    for (const reader of readers) suspend(reader.pid)
    const waiting = stage.start()
    fault.release()
    assertSucceeded(await waiting.ended)
    for (const reader of readers) resume(reader.pid)
    for (const reader of readers) assertSucceeded(await reader.ended)
    assert.equal(stage.refreshRequests - before, 1)
  })

  /**
   * Starts runs, lets the refresh finish once all of them wait, and demands that they leave soon after the save: within a
   * second or, where the machine is slow, within what as many runs need for everything.
   */
  async function leaveAfter(finish: () => void): Promise<Run[]> {
    const waiting: Started[] = Array.from({length: WAITING_RUNS}, () => stage.start())
    await Promise.all(waiting.map(untilItWaits))
    const left = waiting.map(async (started) => ({run: await started.ended, at: Date.now()}))
    finish()
    const ended = await Promise.all(left)
    const savedAt = await stage.savedAt()
    const waits = ended.map(({at}) => at - savedAt)
    const startedAt = Date.now()
    const whole = await Promise.all(ended.map(() => stage.list().then(() => Date.now() - startedAt)))
    assert.ok(median(waits) <= Math.max(1000, median(whole)), `left after ${waits.map(Math.round).join(', ')} ms`)
    return ended.map(({run}) => run)
  }
})

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
