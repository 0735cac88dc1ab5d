import assert from 'node:assert/strict'
import {scenarios} from '@superset/identity/conformance'
import subject from './subject.ts'

/** Groups of what cannot be asked of a provider that leaves signing in to another program; the rest would be a gap. */
const NOT_APPLICABLE = ['refresh', 'sign-in', 'sign-out']

describe('plugin-auth-command keeps the promises of an identity plugin', () => {
  const asked = scenarios.filter((scenario) => scenario.inapplicable(subject) === undefined)

  it('is asked for all of them, but for those of a sign-in and of refresh tokens', () => {
    const groups = new Set(asked.map(({id}) => id.split('/')[0] ?? ''))
    const others = new Set(scenarios.map(({id}) => id.split('/')[0] ?? '').filter((group) => !groups.has(group)))
    assert.deepEqual([...others].toSorted(), NOT_APPLICABLE)
    assert.ok(asked.length > 25)
  })

  for (const scenario of asked) {
    it(`${scenario.id} (${scenario.level} ${scenario.clause}): ${scenario.title}`, () => scenario.run(subject))
  }
})
