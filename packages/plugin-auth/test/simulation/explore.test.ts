import assert from 'node:assert/strict'
import {BASE, describeExplorations} from './explorations.ts'

/** One of each kind; the others: `npm run test:thorough`. */
describeExplorations([
  {...BASE, fault: '503 after', leaves: true, kills: 1},
  {...BASE, runs: 2},
])

describe('exploration of code that is wrong', () => {
  it('finds a new token that is revoked twice, when a saver gives back what a sign-out has found', async () => {
    const {explorationWith} = await import('./mutants.ts')
    const mutated = await explorationWith({
      name: 'explored: row 69',
      file: 'refresh/keep.ts',
      from: 'saved.buried !== true && ',
      to: '',
    })
    await assert.rejects(mutated({...BASE, leaves: true}), /the other machine was signed out/)
  })
})
