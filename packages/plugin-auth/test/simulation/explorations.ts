import assert from 'node:assert/strict'
import {explore, type Setting} from './explore.ts'
import type {Fault} from './model-gateway.ts'

export const BASE: Setting = {runs: 1, fault: 'none', connection: 1, kills: 0, leaves: false, isDue: false}
const FAULTS: readonly Fault[] = ['none', '503 before', '503 after', '504 after', 'cut before', 'closed', 'look fails']

/** A sign-out and a kill at every moment of one run; two runs against each other. */
export const SETTINGS: readonly Setting[] = [
  ...FAULTS.map((fault) => ({...BASE, fault, leaves: true, kills: 1})),
  {...BASE, fault: '503 after', kills: 1, isDue: true, leaves: true},
  {...BASE, runs: 2},
  {...BASE, runs: 2, fault: '503 after'},
]

/**
 * All orders there are, where the random simulation tries some. Two runs, a sign-out and a kill at once are the soak's
 * (`npm run soak:refresh -- explore`).
 */
export function describeExplorations(settings: readonly Setting[]): void {
  describe('exploration: every interleaving', () => {
    for (const setting of settings) {
      const {runs, fault, leaves, kills, isDue} = setting
      const who = `${runs} run(s)${leaves ? ', a sign-out' : ''}${kills ? ', a kill' : ''}, ${isDue ? 'valid' : 'expired'} token`
      it(`${who}, ${fault}: no rule is broken`, async () => {
        const {states, executions, ends} = await explore(setting)
        console.log(`      ${states} states, ${executions} executions, ${ends} ends`)
        assert.ok(states > 500, `${states} states are too few to have tried every order`)
        assert.ok(ends > 1)
      })
    }
  })
}
