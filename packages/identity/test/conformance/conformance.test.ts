import assert from 'node:assert/strict'
import {runConformance, scenarios} from '../../src/conformance/kit.ts'
import {hopefulSourceSubject} from './reference/source-provider.ts'
import {CORRECT} from './reference/behaviour.ts'
import {behaviourOf} from './reference/mutants.ts'
import {ReferenceProvider} from './reference/provider.ts'
import reference, {subjectOf} from './reference/subject.ts'
import {failures, notAsked} from './results.ts'

describe('the conformance kit', () => {
  it('passes a provider that signs in with a browser and refreshes', async () => {
    const {conforms, counts, results} = await runConformance(reference)
    assert.deepEqual(failures(results), {})
    assert.ok(conforms && counts.failed === 0)
    assert.deepEqual(notAsked(results), ['outside/api-key', 'outside/token', 'source/expired', 'source/gone'])
  })

  it('fails one from elsewhere that renews only when the API says 401, there alone, and says which requests it saw', async () => {
    const found = failures((await runConformance(hopefulSourceSubject)).results)
    assert.deepEqual(Object.keys(found), ['renewal/before-use'])
    assert.equal(
      found['renewal/before-use'],
      'requests to the API with the expired credential: expected 0, got 1; ' +
        'requests: POST /api/echo [expired credential] -> 401, GET /credential -> 200, POST /api/echo -> 200',
    )
  })

  it('names what was expected, what came, and no secret of the issuer', async () => {
    const chosen = scenarios.filter(({id}) => id === 'origin/as-given')
    const open = () => new ReferenceProvider({...CORRECT, checkOrigin: (url) => url.searchParams.set('changed', '1')})
    const {results} = await runConformance({...reference, open}, {scenarios: chosen})
    const detail = results[0]?.detail ?? ''
    assert.match(
      detail,
      /^expected \{.*path: '\/api\/echo'.*\}, got \{.*changed=1.*\}; requests: POST \/api\/echo -> 200$/,
    )
    const leaky = scenarios.filter(({id}) => id === 'refresh/due')
    const due = await runConformance(subjectOf('impatient', behaviourOf('impatient')), {scenarios: leaky})
    assert.match(due.results[0]?.detail ?? '', /requests: POST \/token \[refresh_token\] -> /)
    assert.doesNotMatch(due.results[0]?.detail ?? '', /eyJ|refresh-/)
  })
})
