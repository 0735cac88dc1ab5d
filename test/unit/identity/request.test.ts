import assert from 'node:assert/strict'
import {readEnvironment} from '../../../src/env.ts'
import {buildRequest, type RequestSources, globalFlags, profileInUse} from '../../../src/identity/request.ts'

const GLOBAL = {helpGroup: 'GLOBAL'}
const service = {flags: {'api-key': GLOBAL, organization: GLOBAL, profile: GLOBAL}}
const program = {bin: 'superset', version: '1.0.0'}
const terminal = {attended: true, tell: () => undefined}

describe('the identity request', () => {
  for (const [name, argv, expected] of [
    ['separate words', ['--api-key', 'k', '--organization', 'acme'], {apiKey: 'k', organization: 'acme'}],
    ['equals signs', ['--api-key=k', '--profile=work'], {apiKey: 'k', profile: 'work'}],
    ['the last of several', ['--profile', 'a', '--profile', 'b'], {profile: 'b'}],
    ['nothing behind --', ['--', '--api-key', 'k'], {}],
    ['nothing of an empty value', ['--organization='], {}],
    ['nothing of a missing value', ['--organization'], {}],
  ] as const) {
    it(`reads ${name}`, () => assert.deepEqual(globalFlags(service, argv), expected))
  }

  it("leaves alone what is a command's own flag: auth login --organization", () => {
    assert.deepEqual(globalFlags({flags: {organization: {}}}, ['--organization', 'acme']), {})
    assert.deepEqual(globalFlags(undefined, ['--organization', 'acme']), {})
  })

  function given(env: Record<string, string>, more: Partial<RequestSources> = {}): RequestSources {
    const saved = {settings: {}, remember: async () => undefined}
    return {
      ...{program, profile: 'default', environment: readEnvironment(env, {}), secrets: {}, flags: {}, saved, terminal},
      ...more,
    }
  }

  it('acts in the profile of the flag, else of the variable, else of the configuration', () => {
    const environment = readEnvironment({SUPERSET_PROFILE: 'env'}, {})
    const none = readEnvironment({}, {})
    const unread = (): never => assert.fail('the settings were read')
    assert.deepEqual(profileInUse({profile: 'flag'}, environment, unread), {value: 'flag', source: 'flag'})
    assert.deepEqual(profileInUse({}, environment, unread), {value: 'env', source: 'env:SUPERSET_PROFILE'})
    assert.deepEqual(
      profileInUse({}, none, () => 'config'),
      {value: 'config', source: 'config'},
    )
    assert.deepEqual(
      profileInUse({}, none, () => undefined),
      {value: 'default', source: 'default'},
    )
  })

  it('prefers flags to variables', () => {
    const env = {SUPERSET_ORGANIZATION_ID: 'o-env'}
    const plain = buildRequest(given(env))
    assert.deepEqual(plain.organization, {value: 'o-env', source: 'env:SUPERSET_ORGANIZATION_ID'})
    const flagged = buildRequest(given(env, {flags: {organization: 'o-flag'}}))
    assert.deepEqual(flagged.organization, {value: 'o-flag', source: 'flag'})
  })

  it("takes a workload's identity from the variable, else from the profile", () => {
    const settings = {workload: {from: 'file:/run/token', audience: 'https://id.acme.test'}} as const
    const saved = {settings, remember: async () => undefined}
    const of = (env: Record<string, string>) => buildRequest(given(env, {saved})).workload
    assert.deepEqual(of({}), {value: settings.workload, source: 'profile'})
    assert.equal(of({SUPERSET_WORKLOAD_AUDIENCE: 'other'})?.value.audience, 'other')
    const variable = {value: {from: 'gitlab'}, source: 'env:SUPERSET_WORKLOAD_IDENTITY'}
    assert.deepEqual(of({SUPERSET_WORKLOAD_IDENTITY: 'gitlab'}), variable)
    assert.equal('workload' in buildRequest(given({})), false)
  })

  it("prefers variables to the profile's settings, and those to defaults", () => {
    const settings = {apiUrl: 'https://api.acme.test', issuer: 'https://id.acme.test', storage: 'file'} as const
    const saved = {settings, remember: async () => undefined}
    const {apiUrl, clientId, issuer, storage} = buildRequest(given({}, {saved}))
    assert.deepEqual(apiUrl, {value: settings.apiUrl, source: 'profile'})
    assert.deepEqual(issuer, {value: settings.issuer, source: 'profile'})
    assert.deepEqual(storage, {value: 'file', source: 'profile'})
    assert.equal(clientId.source, 'default')
    const env = {SUPERSET_API_URL: 'https://other.test', SUPERSET_STORAGE: 'key'}
    const exported = buildRequest(given(env, {saved}))
    assert.deepEqual(exported.apiUrl, {value: 'https://other.test', source: 'env:SUPERSET_API_URL'})
    assert.deepEqual(exported.storage, {value: 'key', source: 'env:SUPERSET_STORAGE'})
  })

  it('asks nobody in agent mode or without a terminal', () => {
    const ask = (env: Record<string, string>, attended: boolean) =>
      buildRequest(given(env, {terminal: {...terminal, attended}})).interactive
    assert.equal(ask({}, true), true)
    assert.equal(ask({}, false), false)
    assert.equal(ask({CI: 'true'}, true), false)
    assert.equal(ask({CLAUDECODE: '1'}, true), false)
  })

  it('refuses a profile that leads out of its folder', () => {
    assert.throws(() => profileInUse({profile: '../x'}, readEnvironment({}, {}), () => undefined), {
      code: 'USAGE_PROFILE',
      exit: 2,
    })
  })
})
