import assert from 'node:assert/strict'
import {after, before, describe, it} from 'mocha'
import {
  approveOidc,
  type OidcProvider,
  startOidcProvider,
  startWorkloadIssuer,
  type WorkloadIssuer,
} from '../src/index.ts'
import {claimsOf} from '../../sandbox/test/support/client.ts'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'

describe('the OpenID provider without a redirect', () => {
  let jobs: WorkloadIssuer
  let provider: OidcProvider

  before(async () => {
    jobs = await startWorkloadIssuer()
    const accounts = {[jobs.subject]: 'ada@local.test'}
    provider = await startOidcProvider({devicePollSeconds: 1, workloads: [{issuer: jobs.url, accounts}]})
  })
  after(async () => {
    await provider.close()
    await jobs.close()
  })

  const post = async (path: string, parameters: Record<string, string>) => {
    const body = new URLSearchParams({client_id: 'superset-cli', ...parameters})
    const response = await fetch(`${provider.url}${path}`, {method: 'POST', body})
    return (await response.json()) as Record<string, string>
  }
  const poll = (code: string | undefined) => post('/token', {grant_type: DEVICE, device_code: code ?? ''})
  const exchange = (token: string, more: Record<string, string> = {}) =>
    post('/token', {grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT, ...more})

  it('signs a device in whose code a person enters, or has in the address', async () => {
    for (const address of ['verification_uri', 'verification_uri_complete']) {
      const device = await post('/device/auth', {scope: 'openid offline_access', resource: provider.resource})
      assert.equal(device['interval'], 1)
      assert.equal((await poll(device['device_code']))['error'], 'authorization_pending')
      const {answer} = await approveOidc(device[address] ?? '', {userCode: device['user_code'] ?? ''})
      assert.match(answer?.body ?? '', /You are signed in/)
      const {access_token: accessToken = '', refresh_token: refreshToken} = await poll(device['device_code'])
      assert.deepEqual(
        [claimsOf(accessToken)['sub'], claimsOf(accessToken)['aud']],
        ['ada@local.test', provider.resource],
      )
      assert.ok(refreshToken)
    }
  })

  it('tells the device when the person says no', async () => {
    const device = await post('/device/auth', {scope: 'openid'})
    await approveOidc(device['verification_uri_complete'] ?? '', {deny: true}).catch(() => {})
    assert.equal((await poll(device['device_code']))['error'], 'access_denied')
  })

  it('gives a job that asks as on GitHub a token of its own', async () => {
    const ask = async (token: string) =>
      fetch(`${jobs.requestUrl}&audience=${encodeURIComponent(provider.url)}`, {
        headers: {authorization: `Bearer ${token}`},
      })
    assert.equal((await ask('guessed')).status, 401)
    const {value} = (await (await ask(jobs.requestToken)).json()) as {value: string}
    const answer = await exchange(value)
    const {sub, aud, client_id: client} = claimsOf(answer['access_token'] ?? '')
    assert.deepEqual([sub, aud, client], ['ada@local.test', provider.resource, 'superset-cli'])
    assert.equal(answer['refresh_token'], undefined)
  })

  it('exchanges nothing that is not meant for it, has ended, or is nobody’s', async () => {
    const audience = provider.url
    for (const token of [
      await jobs.issue({audience: 'https://elsewhere.test'}),
      await jobs.issue({audience, expiresInSeconds: -60}),
      await jobs.issue({audience, subject: 'repo:mallory/robots:ref:refs/heads/main'}),
      `${await jobs.issue({audience})}x`,
      'nonsense',
    ]) {
      assert.equal((await exchange(token))['error'], 'invalid_request')
    }

    const {error} = await exchange(await jobs.issue({audience}), {resource: 'https://elsewhere.test'})
    assert.equal(error, 'invalid_target')
  })
})
