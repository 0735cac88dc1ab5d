import assert from 'node:assert/strict'
import {describeScenarios, fewOf, groupOf, scenariosFor} from '../../../../test/support/conformance.ts'
import subject from './subject.ts'

const {asked, others} = scenariosFor(subject)

describe('plugin-auth-command as a subject of the conformance kit', () => {
  it('is asked for all scenarios, but for those of a sign-in and of refresh tokens', () => {
    const groups = new Set(asked.map(groupOf))
    const left = new Set(others.map(groupOf).filter((group) => !groups.has(group)))
    assert.deepEqual([...left].toSorted(), ['refresh', 'sign-in', 'sign-out'])
    assert.ok(asked.length > 25)
  })
})

describeScenarios('plugin-auth-command', fewOf(asked), subject)
