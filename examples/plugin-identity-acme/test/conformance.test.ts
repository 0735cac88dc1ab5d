import assert from 'node:assert/strict'
import {scenarios} from '@superset/identity/conformance'
import subject from './conformance-subject.ts'

/** Groups of what cannot be asked: a sign-in at an issuer's page, and refresh tokens that change. */
const NOT_APPLICABLE = ['outside', 'refresh', 'sign-in', 'sign-out']

describe('the plugin keeps the promises of an identity plugin', () => {
  const asked = scenarios.filter((scenario) => scenario.inapplicable(subject) === undefined)

  it('is asked for all of them, but for these groups', () => {
    const groups = new Set(asked.map(({id}) => id.split('/')[0]))
    const others = new Set(scenarios.map(({id}) => id.split('/')[0]).filter((group) => !groups.has(group)))
    assert.deepEqual([...others].toSorted(), NOT_APPLICABLE)
    assert.ok(asked.length > 25, `${asked.length} scenarios`)
  })

  for (const scenario of asked) {
    it(`${scenario.id} (${scenario.level} ${scenario.clause}): ${scenario.title}`, () => scenario.run(subject))
  }
})
