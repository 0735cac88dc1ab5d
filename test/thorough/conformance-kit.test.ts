import assert from 'node:assert/strict'
import {runConformance, scenarios} from '../../packages/identity/src/conformance/kit.ts'
import {sourceSubject} from '../../packages/identity/test/conformance/reference/source-provider.ts'
import {subjectOf} from '../../packages/identity/test/conformance/reference/subject.ts'
import {failures, notAsked} from '../../packages/identity/test/conformance/results.ts'

describe('the conformance kit', () => {
  it('passes a provider that gets its credential from elsewhere, and asks it nothing about sign-in', async () => {
    const {conforms, counts, results} = await runConformance(sourceSubject)
    assert.deepEqual(failures(results), {})
    assert.ok(conforms && counts.passed > 25)
    const groups = new Set(notAsked(results).map((id) => id.split('/')[0]))
    assert.ok(['sign-in', 'sign-out', 'refresh'].every((group) => groups.has(group)))
    const asked = results.filter(({outcome}) => outcome === 'passed').map(({id}) => id)
    const seeded = ['contract/profiles', 'contract/lazy', 'describe/expired', 'origin/bound']
    for (const id of [
      ...seeded,
      'renewal/before-use',
      'source/expired',
      'source/gone',
      'outside/api-key',
      'outside/token',
      'renewal/unauthorized',
    ])
      assert.ok(asked.includes(id), id)
  })

  it('passes a provider that can be signed in with a person only', async () => {
    const {seed: _, ...withoutSeed} = subjectOf('reference')
    const groups = ['contract', 'renewal', 'sign-out']
    const chosen = scenarios.filter(({id}) => groups.includes(id.split('/')[0] ?? ''))
    const {results} = await runConformance(withoutSeed, {scenarios: chosen})
    assert.deepEqual(failures(results), {})
  })
})
