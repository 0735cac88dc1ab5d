import assert from 'node:assert/strict'
import {runConformance, scenarios} from '../../src/conformance/kit.ts'
import {sourceSubject} from './reference/source-provider.ts'
import reference, {subjectOf} from './reference/subject.ts'
import {failures, notAsked} from './results.ts'

describe('the conformance kit', () => {
  it('passes a provider that signs in with a browser and refreshes', async () => {
    const {conforms, counts, results} = await runConformance(reference)
    assert.deepEqual(failures(results), {})
    assert.ok(conforms && counts.failed === 0)
    assert.deepEqual(notAsked(results), ['outside/api-key', 'outside/token', 'source/expired', 'source/gone'])
  })

  it('passes a provider that gets its credential from elsewhere, and asks it nothing about sign-in', async () => {
    const {conforms, counts, results} = await runConformance(sourceSubject)
    assert.deepEqual(failures(results), {})
    assert.ok(conforms && counts.passed > 25)
    const groups = new Set(notAsked(results).map((id) => id.split('/')[0]))
    assert.ok(['sign-in', 'sign-out', 'refresh'].every((group) => groups.has(group)))
    const asked = results.filter(({outcome}) => outcome === 'passed').map(({id}) => id)
    for (const id of ['source/expired', 'source/gone', 'outside/api-key', 'outside/token', 'renewal/unauthorized'])
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
