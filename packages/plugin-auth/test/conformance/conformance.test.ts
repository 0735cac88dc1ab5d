import assert from 'node:assert/strict'
import {describeScenarios, fewOf, scenariosFor} from '../../../../test/support/conformance.ts'
import subject from './subject.ts'

const {asked, others} = scenariosFor(subject)

describe('plugin-auth as a subject of the conformance kit', () => {
  it('is asked for all scenarios, but for those of a credential from elsewhere', () => {
    const ids = others.map(({id}) => id)
    assert.deepEqual(ids, ['source/expired', 'source/gone'])
    assert.ok(asked.length > 90)
  })
})

describeScenarios('plugin-auth', fewOf(asked), subject)
