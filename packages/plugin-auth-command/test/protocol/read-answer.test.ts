import assert from 'node:assert/strict'
import {execInfo} from '../../src/protocol/exec-credential.ts'
import {readAnswer} from '../../src/protocol/read-answer.ts'

const TOKEN = 'token-that-must-never-be-repeated'
const GROUP = 'client.authentication.k8s.io'

function own(fields: object): string {
  return JSON.stringify({version: 1, token: TOKEN, ...fields})
}

function exec(status: unknown, apiVersion = `${GROUP}/v1`): string {
  return JSON.stringify({apiVersion, kind: 'ExecCredential', status})
}

describe('what a credential command prints', () => {
  it('is a token, and all that is known of it', () => {
    const expiresAt = '2031-01-31T12:00:00+01:00'
    const names = {issuer: 'https://login.acme.test', subject: '42', account: 'ada@acme.test'}
    assert.deepEqual(readAnswer(own({scheme: 'api-key', expiresAt, ...names, further: {anything: 1}})), {
      kind: 'credential',
      credential: {token: TOKEN, scheme: 'api-key', ...names, expiresAt: new Date('2031-01-31T11:00:00Z')},
    })
  })

  it('may be the token alone; null says that a field is absent', () => {
    const expected = {kind: 'credential', credential: {token: TOKEN, scheme: 'bearer'}}
    assert.deepEqual(readAnswer(own({})), expected)
    assert.deepEqual(readAnswer(`\uFEFF${own({scheme: null, expiresAt: null, subject: null})}\n`), expected)
  })

  for (const version of ['v1', 'v1beta1']) {
    it(`may be an ExecCredential of ${version}`, () => {
      assert.deepEqual(readAnswer(exec({token: TOKEN}, `${GROUP}/${version}`)), {
        kind: 'credential',
        credential: {token: TOKEN, scheme: 'bearer'},
      })
      const expiring = {token: TOKEN, expirationTimestamp: '2031-01-31T12:00:00Z'}
      assert.deepEqual(readAnswer(exec(expiring, `${GROUP}/${version}`)), {
        kind: 'credential',
        credential: {token: TOKEN, scheme: 'bearer', expiresAt: new Date('2031-01-31T12:00:00Z')},
      })
    })
  }

  const VERSIONS: ReadonlyArray<readonly [string, string, string]> = [
    [own({version: 2}), 'version 2', '1'],
    [exec({token: TOKEN}, `${GROUP}/v1alpha1`), `${GROUP}/v1alpha1`, 'v1 and v1beta1'],
    [exec({token: TOKEN}, `${GROUP}/v2`), `${GROUP}/v2`, 'v1 and v1beta1'],
  ]
  for (const [output, speaks, knows] of VERSIONS) {
    it(`of another version says which: ${speaks}`, () => {
      assert.deepEqual(readAnswer(output), {kind: 'version', speaks, knows})
    })
  }

  const FAULTS: ReadonlyArray<readonly [string, string, RegExp]> = [
    ['nothing', ' \n', /^printed nothing$/],
    ['a bare token', TOKEN, /no JSON/],
    ['JSON with something after it', `${own({})}\n${TOKEN}`, /no JSON/],
    ['a JSON text', JSON.stringify(TOKEN), /no object/],
    ['a JSON list', JSON.stringify([TOKEN]), /no object/],
    ['no version', JSON.stringify({token: TOKEN}), /without a `version`/],
    ["AWS's answer", JSON.stringify({Version: 1, AccessKeyId: TOKEN, SecretAccessKey: TOKEN}), /AWS/],
    ['a token for a version', own({version: TOKEN}), /`version` that is no whole number/],
    ['a secret number for a version', own({version: 73_219_428_311}), /`version` that is no whole number/],
    ['no token', own({token: undefined}), /no `token`/],
    ['an empty token', own({token: ''}), /no `token`/],
    ['a token with a line break', own({token: `${TOKEN}\r\nx-admin: 1`}), /no `token`/],
    ['a token with a space', own({token: `Bearer ${TOKEN}`}), /no `token`/],
    ['another scheme', own({scheme: TOKEN}), /`scheme`/],
    ['an instant without a zone', own({expiresAt: '2031-01-31T12:00:00'}), /`expiresAt`.*zone/],
    ['an instant that there is not', own({expiresAt: '2031-13-31T12:00:00Z'}), /`expiresAt`/],
    ['seconds for an instant', own({expiresAt: 1_927_000_000}), /`expiresAt`/],
    ['a subject that is a number', own({subject: 7}), /`subject`/],
    ['an ExecCredential without status', exec(undefined), /without a `status`/],
    ['an ExecCredential without token', exec({}), /`status.token`/],
    ['an ExecCredential with a certificate', exec({clientCertificateData: TOKEN, clientKeyData: TOKEN}), /tokens only/],
    ['a certificate beside the token', exec({token: TOKEN, clientKeyData: TOKEN}), /tokens only/],
    ['an expiry that is none', exec({token: TOKEN, expirationTimestamp: TOKEN}), /`status.expirationTimestamp`/],
    ['a version that is none', exec({token: TOKEN}, `${GROUP}/${TOKEN}`), /without an apiVersion/],
    ['another group', exec({token: TOKEN}, 'acme.test/v1'), /without an apiVersion/],
    ['another kind', JSON.stringify({apiVersion: `${GROUP}/v1`, kind: TOKEN}), /no ExecCredential/],
  ]
  for (const [what, output, expected] of FAULTS) {
    it(`is refused when it is ${what}, and nothing of it is repeated`, () => {
      const answer = readAnswer(output)
      assert.equal(answer.kind, 'fault')
      assert.match(answer.fault, expected)
      assert.ok(!JSON.stringify(answer).includes(TOKEN.slice(0, 8)), answer.fault)
    })
  }

  it('is asked for in the words of Kubernetes', () => {
    assert.deepEqual(JSON.parse(execInfo(`${GROUP}/v1beta1`, {interactive: true, server: 'https://api.acme.test'})), {
      apiVersion: `${GROUP}/v1beta1`,
      kind: 'ExecCredential',
      spec: {interactive: true, cluster: {server: 'https://api.acme.test'}},
    })
  })
})
