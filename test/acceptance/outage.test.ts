import assert from 'node:assert/strict'
import {UPSTREAM_BROKE, type Fault} from '@superset/sandbox'
import {failureOf, RefreshStage} from '../support/refresh-stage.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {few} from '../support/matrix.ts'

/** `npm run soak:refresh -- outage` goes on for longer. */
const RUNS = 5

/** What the gateway says while it has lost the service; one of them forwards all the same, and the service acts. */
const OUTAGES: ReadonlyArray<readonly [string, Fault]> = [
  ['503', {answer: UPSTREAM_BROKE}],
  ['503 after forwarding', {answer: UPSTREAM_BROKE, process: true}],
  ['resets', {cut: 'before'}],
]

/** The service's own authorization server behind a gateway, and the built CLI. */
describe('an outage', function () {
  for (const [name, fault] of few(OUTAGES, ([one]) => one === '503 after forwarding')) {
    it(`row 23b: ${name} for ${RUNS} runs: exit 75, no token is presented, and the session lives afterwards`, async () => {
      await using stage = await RefreshStage.create({storage: 'file', gateway: true, resident: true})
      await stage.expire()
      const presented = stage.presentations
      for (const path of stage.issuerPaths) stage.gateway.faults.add({...fault, path, times: Number.POSITIVE_INFINITY})
      for (let run = 0; run < RUNS; run++) {
        const ended = await stage.list()
        assert.equal(ended.code, 75, ended.stdout + ended.stderr)
        assert.equal(failureOf(ended).code, 'AUTH_UNAVAILABLE')
      }

      assert.equal(stage.presentations, presented)
      stage.gateway.faults.clear()
      stage.endPauses()
      assertSucceeded(await stage.list())
      assert.equal(stage.presentations, presented + 1)
    })
  }

  it('row 23: a gateway loses the answer after the service has rotated: the user’s other machine stays signed in', async () => {
    await using stage = await RefreshStage.create({storage: 'file', gateway: true, resident: true})
    await using other = await stage.otherMachine()
    await stage.expire()
    const presented = stage.presentations
    stage.gateway.faults.add({answer: UPSTREAM_BROKE, process: true, path: stage.tokenPath})
    const ended = await stage.list()
    assert.deepEqual([ended.code, failureOf(ended).code], [75, 'AUTH_UNAVAILABLE'])
    assert.equal(stage.presentations, presented + 1, 'it is not sent again in this run')
    assertSucceeded(await other.refresh())
  })
})
