import assert from 'node:assert/strict'
import {scenarios} from '@superset/identity/conformance'
import subject from './subject.ts'

/** What cannot be asked of plugin-auth; whatever else is not asked would be a gap. */
const NOT_APPLICABLE = ['source/expired', 'source/gone']

describe('plugin-auth keeps the promises of an identity plugin', () => {
  const asked = scenarios.filter((scenario) => scenario.inapplicable(subject) === undefined)

  it('is asked for all of them, but for those of a credential from elsewhere', () => {
    const others = scenarios.filter((scenario) => !asked.includes(scenario)).map(({id}) => id)
    assert.deepEqual(others, NOT_APPLICABLE)
    assert.ok(asked.length > 90)
  })

  for (const scenario of asked) {
    it(`${scenario.id} (${scenario.level} ${scenario.clause}): ${scenario.title}`, () => scenario.run(subject))
  }
})
