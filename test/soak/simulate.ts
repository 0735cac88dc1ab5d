import {modelParts} from '../../packages/plugin-auth/test/simulation/parts.ts'
import {runSchedule} from '../../packages/plugin-auth/test/simulation/schedule.ts'
import type {Section} from './section.ts'

export const simulate: Section = {
  name: 'simulate',
  summary: 'random interleavings on the model; a violation names its seed (--seeds 50000 --first-seed 1)',
  async run(tally, sizes) {
    const first = sizes('first-seed', 1)
    const seeds = sizes('seeds', 50_000)
    for (let seed = first; seed < first + seeds; seed++) {
      try {
        const {requests, kills, outcomes} = await runSchedule(seed, modelParts)
        tally.requests += requests
        tally.runs += outcomes.length
        if (kills > 0) tally.meet('schedules with kills')
      } catch (error) {
        tally.violations.push((error as Error).message)
      }

      tally.rounds++
    }
  },
}
