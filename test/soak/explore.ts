import {explore as exploreSetting} from '../../packages/plugin-auth/test/simulation/explore.ts'
import {FAULTS} from '../../packages/plugin-auth/test/simulation/model-gateway.ts'
import type {Section} from './section.ts'

/** Bare ones first. */
const MET = ['none', ...FAULTS] as const

export const explore: Section = {
  name: 'explore',
  summary:
    'every interleaving on the model of runs, their helper, a sign-out, a kill and one fault, for each fault (--explore-runs 1 --explore-faults 19)',
  async run(tally, sizes) {
    const runs = sizes('explore-runs', 1)
    for (const fault of MET.slice(0, sizes('explore-faults', MET.length))) {
      for (const isDue of [false, true]) {
        tally.rounds++
        try {
          const explored = await exploreSetting({runs, fault, connection: 1, kills: 1, leaves: true, isDue})
          tally.meet(`${fault}, ${isDue ? 'valid' : 'expired'}: ${explored.states} states`)
          tally.runs += explored.executions
        } catch (error) {
          tally.violations.push((error as Error).message)
        }
      }
    }
  },
}
