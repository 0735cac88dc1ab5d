import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {Ajv2020} from 'ajv/dist/2020.js'
import {isProblem} from '@superset/identity'
import {checkProfile} from '../../../src/configuration/settings.ts'

const file = path.resolve(import.meta.dirname, '../../../schemas/profile.schema.json')
const schema = JSON.parse(readFileSync(file, 'utf8')) as {readonly properties: Record<string, unknown>}

/** Values of each setting: what may be written, and what may not. */
const VALUES: Readonly<Record<string, {readonly good: readonly unknown[]; readonly bad: readonly unknown[]}>> = {
  issuer: {
    good: ['https://id.test', 'https://id.test/tenant/', 'http://127.0.0.1:3000', 'http://localhost/realms/x'],
    bad: ['http://id.test', 'id.test', 'https://id.test?x', 'https://id.test/#x', 'https://a:b@id.test', '', 7],
  },
  clientId: {good: ['superset'], bad: ['', ' ', 7, null]},
  apiUrl: {
    good: ['https://api.test', 'https://api.test:8443', 'http://[::1]:80', 'http://127.0.0.1:3000/'],
    bad: ['https://api.test/v1', 'http://api.test', 'https://api.test/?', 'https://a@api.test', 'ftp://api.test', {}],
  },
  webUrl: {good: ['https://app.test'], bad: ['app.test', 'https://app.test/x', []]},
  scope: {good: ['openid', 'openid api://x/.default'], bad: ['', 1]},
  resource: {good: ['none', 'urn:api'], bad: ['', true]},
  audience: {good: ['api://x'], bad: ['', ['x']]},
  replayPolicy: {
    good: ['none', 'session', 'user', {graceMs: 1}, {graceMs: 3_600_000}],
    bad: ['grace', {graceMs: 0}, {graceMs: 3_600_001}, {graceMs: '1'}, {}, null],
  },
  scopeOnRefresh: {good: [true, false], bad: ['true', 1, null]},
  authorizeParameters: {good: [{}, {prompt: ''}, {domain_hint: 'x'}], bad: ['a=b', {a: 1}, []]},
  redirectPorts: {good: [[1], [8976, 65_535]], bad: [[], [0], [65_536], [1.5], ['80'], 80]},
  redirectHost: {good: ['127.0.0.1', 'localhost'], bad: ['::1', '0.0.0.0', '']},
  redirectPath: {good: ['/', '/callback', '/a/b.c-d_e'], bad: ['callback', '/a?b', '/ä', '', 3]},
  deviceHosts: {
    good: [[], ['www.google.com', 'microsoft.com']],
    bad: ['www.google.com', ['https://x.test'], ['A.test'], [''], [1]],
  },
  accountClaim: {good: ['upn'], bad: ['', 2]},
  accessTokenSeconds: {good: [1, 31_536_000], bad: [0, -1, 1.5, 31_536_001, '60']},
  identity: {good: ['@acme/plugin-sso', 'sso'], bad: ['@acme', '../x', '', 1]},
  storage: {good: ['file', 'key', 'keychain'], bad: ['vault', '', null]},
  workload: {
    good: [
      {from: 'github'},
      {from: 'github', audience: 'https://id.test'},
      {from: 'env:TOKEN'},
      {from: 'file:/run/token'},
    ],
    bad: [{}, {from: 'env:'}, {from: 'file:token'}, {from: 'aws'}, {from: 'github', audience: 1}, 'github'],
  },
  plugins: {good: [{}, {'@acme/plugin-sso': {realm: 'x'}}], bad: ['x', []]},
}

describe('the published schema of a profile', () => {
  const byUs = (value: Record<string, unknown>): boolean => {
    try {
      checkProfile(value, 'work.json')
      return true
    } catch (error) {
      assert.ok(isProblem(error))
      return false
    }
  }

  it('knows the settings that there are', () => {
    assert.deepEqual(Object.keys(schema.properties).toSorted(), Object.keys(VALUES).toSorted())
    assert.equal(byUs({nothing: 1}), false)
  })

  const validate = new Ajv2020({strict: true, allowUnionTypes: true}).compile(schema)
  for (const [name, {bad, good}] of Object.entries(VALUES)) {
    it(`and the CLI agree on what ${name} may be`, () => {
      for (const [values, expected] of [
        [good, true],
        [bad, false],
      ] as const) {
        for (const value of values) {
          const about = `${name}: ${JSON.stringify(value)}`
          assert.deepEqual([about, validate({[name]: value}), byUs({[name]: value})], [about, expected, expected])
        }
      }
    })
  }

  it('and the CLI refuse what is no setting', () => {
    assert.deepEqual([validate({isuer: 'x'}), byUs({isuer: 'x'})], [false, false])
  })
})
