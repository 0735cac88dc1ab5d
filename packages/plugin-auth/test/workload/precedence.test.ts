import type {IdentityRequest, WorkloadSettings} from '@superset/identity'
import assert from 'node:assert/strict'
import {AuthProvider} from '../../src/provider/auth-provider.ts'
import {outsideCandidates} from '../../src/session/sources.ts'
import {describeWorkload} from '../../src/workload/describe-workload.ts'
import {problemOf} from '../support/problems.ts'
import {tempHome} from '../support/temp-home.ts'

/** Nothing of what these tests do may ask anybody: nobody is there. */
const NOWHERE = 'http://127.0.0.1:1'

function request(homeDir: string, changes: Partial<IdentityRequest> = {}): IdentityRequest {
  return {
    ...{bin: 'superset', version: '1.0.0', homeDir, profile: 'default', defaultApiUrl: NOWHERE},
    apiUrl: {value: NOWHERE, source: 'default'},
    webUrl: {value: NOWHERE, source: 'default'},
    clientId: {value: 'superset-cli', source: 'default'},
    secrets: {},
    workload: {value: {from: 'gitlab'}, source: 'env:SUPERSET_WORKLOAD_IDENTITY'},
    ...{interactive: false, agentMode: true, tell: () => {}},
    ...changes,
  }
}

describe("a workload's identity among other credentials", () => {
  it('comes behind all that was given by hand, and before what is stored', () => {
    const sources = outsideCandidates(
      request('/h', {apiKeyFlag: 'k', sandboxWorkspaceId: 'w', secrets: {apiKey: 'k', token: 't'}}),
    ).map(({source}) => source)
    assert.deepEqual(sources, ['flag', 'env:SUPERSET_API_KEY', 'env:SUPERSET_TOKEN', 'sandbox', 'workload'])
  })

  it('is described offline, with who named it', async () => {
    await using home = await tempHome()
    const provider = new AuthProvider()
    const found = await provider.describe(request(home.homeDir, {secrets: {workloadToken: 'a.b.c'}}))
    assert.deepEqual([found.signedIn, found.source, found.scheme, found.issuer], [true, 'workload', 'bearer', NOWHERE])
    assert.equal(found.renewable, true)
    assert.match(found.notes.join('\n'), /gitlab \(from SUPERSET_WORKLOAD_IDENTITY\) at .*; nothing is stored\./)
  })

  it('is described as not there when it is not there', async () => {
    await using home = await tempHome()
    const of = (settings: WorkloadSettings, changes: Partial<IdentityRequest> = {}) =>
      describeWorkload(
        {kind: 'workload', settings, namedBy: 'profile', source: 'workload'},
        request(home.homeDir, changes),
        [],
      )
    for (const [from, message] of [
      ['gitlab', /SUPERSET_ID_TOKEN is not set/],
      ['github', /no permission `id-token: write`/],
      ['env:MY_TOKEN', /MY_TOKEN is not set/],
      ['file:/no/such/token', /\/no\/such\/token is not there/],
    ] as const) {
      const {problem, signedIn} = of({from})
      assert.equal(signedIn, false)
      assert.equal(problem?.exit, 78)
      assert.match(problem.message, message)
    }

    assert.equal(of({from: `file:${import.meta.filename}`}).signedIn, true)
  })

  it('has nothing to refresh', async () => {
    await using home = await tempHome()
    const provider = new AuthProvider()
    const problem = await problemOf(provider.refresh(request(home.homeDir), {}), 'AUTH_NOT_REFRESHABLE')
    assert.match(problem.message, /^Each run gets its own token/)
  })
})
