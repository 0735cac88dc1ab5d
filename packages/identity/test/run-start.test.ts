import assert from 'node:assert/strict'
import {runStart, slownessOf} from '../src/run-start.ts'

describe('the start of a run', () => {
  it('is that of its process', () => {
    const {startedAt, slowness} = runStart()
    assert.ok(startedAt <= Date.now() && startedAt > Date.now() - process.uptime() * 1000 - 2000)
    assert.ok(slowness >= 1 && slowness <= 10)
  })

  it('tells how slow the machine is: wall time for processor time, from 1 to 10', () => {
    const halfASecond = {user: 400_000, system: 100_000}
    const table = [500, 1000, 1500, 3000, 14_000, 60_000].map((wallMs) => slownessOf(wallMs, halfASecond))
    assert.deepEqual(table, [1, 1, 1, 2, 28 / 3, 10])
    assert.equal(slownessOf(0, {user: 0, system: 0}), 1)
  })
})
