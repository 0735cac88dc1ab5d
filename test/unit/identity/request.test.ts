import assert from 'node:assert/strict'
import {readEnvironment} from '../../../src/env.ts'
import {buildRequest, globalFlags} from '../../../src/identity/request.ts'

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

  it('prefers flags to variables, and variables to defaults', () => {
    const environment = readEnvironment({SUPERSET_PROFILE: 'env', SUPERSET_ORGANIZATION_ID: 'o-env'}, {})
    const plain = buildRequest(program, environment, {}, {}, terminal)
    assert.equal(plain.profile, 'env')
    assert.deepEqual(plain.organization, {value: 'o-env', source: 'env:SUPERSET_ORGANIZATION_ID'})
    const flagged = buildRequest(program, environment, {}, {profile: 'flag', organization: 'o-flag'}, terminal)
    assert.equal(flagged.profile, 'flag')
    assert.deepEqual(flagged.organization, {value: 'o-flag', source: 'flag'})
    assert.equal(buildRequest(program, readEnvironment({}, {}), {}, {}, terminal).profile, 'default')
  })

  it('asks nobody in agent mode or without a terminal', () => {
    const ask = (env: Record<string, string>, attended: boolean) =>
      buildRequest(program, readEnvironment(env, {}), {}, {}, {...terminal, attended}).interactive
    assert.equal(ask({}, true), true)
    assert.equal(ask({}, false), false)
    assert.equal(ask({CI: 'true'}, true), false)
    assert.equal(ask({CLAUDECODE: '1'}, true), false)
  })

  it('refuses a profile that leads out of its folder', () => {
    assert.throws(() => buildRequest(program, readEnvironment({}, {}), {}, {profile: '../x'}, terminal), {
      code: 'USAGE_PROFILE',
      exit: 2,
    })
  })
})
