import assert from 'node:assert/strict'
import {modelParts, realParts} from './parts.ts'
import {runSchedule, type MakeParts, type Outcome} from './schedule.ts'

/** Some, to see that it works: a million are for `npm run soak:refresh -- simulate`. */
const MODEL_SCHEDULES = 1500
const REAL_SCHEDULES = 60

describe('simulation: random interleavings of runs, helpers, logouts, kills and faults', () => {
  it(`${MODEL_SCHEDULES} schedules on the model violate no invariant`, async () => {
    const seen = await runMany(MODEL_SCHEDULES, 1, modelParts)
    // A simulation in which nothing happens would pass as well.
    assert.ok(seen.kills > MODEL_SCHEDULES / 20, `kills: ${seen.kills}`)
    for (const outcome of [
      'ok',
      'signed-out',
      'AUTH_ENDED',
      'AUTH_INTERRUPTED',
      'AUTH_UNAVAILABLE',
      'AUTH_RATE_LIMITED',
      'AUTH_WEB_PAGE',
    ]) {
      assert.ok((seen.outcomes.get(outcome) ?? 0) > 0, `no run ended with ${outcome}`)
    }
  })

  it(`${REAL_SCHEDULES} of them on the real ledger, locks and record files`, async () => {
    await runMany(REAL_SCHEDULES, 8, realParts)
  })
})

/** Schedules share nothing, so several may wait for the disk at once. */
async function runMany(count: number, atOnce: number, makeParts: MakeParts) {
  const outcomes = new Map<string, number>()
  let kills = 0
  let seed = 0
  const runNext = async (): Promise<void> => {
    while (seed < count) {
      const result: Outcome = await runSchedule(++seed, makeParts)
      kills += result.kills
      for (const outcome of result.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }

  await Promise.all(Array.from({length: atOnce}, runNext))
  return {kills, outcomes}
}
