import assert from 'node:assert/strict'
import {createHash, randomBytes} from 'node:crypto'
import {after, before, describe, it} from 'mocha'
import {approveOidc, type OidcProvider, startOidcProvider} from '../src/index.ts'
import {claimsOf} from '../../sandbox/test/support/client.ts'

const REDIRECT_URI = 'http://127.0.0.1:1/callback'

describe('the OpenID provider', () => {
  let provider: OidcProvider

  before(async () => {
    provider = await startOidcProvider()
  })
  after(() => provider.close())

  const request = () => {
    const verifier = randomBytes(48).toString('base64url')
    const url = new URL('/auth', provider.url)
    url.search = new URLSearchParams({
      client_id: 'superset-cli',
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email offline_access',
      state: 's',
      nonce: 'n',
      prompt: 'consent',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      resource: provider.resource,
    }).toString()
    return {url, verifier}
  }
  const ask = async (parameters: Record<string, string>) => {
    const body = new URLSearchParams({client_id: 'superset-cli', ...parameters})
    const response = await fetch(`${provider.url}/token`, {method: 'POST', body})
    return {status: response.status, body: (await response.json()) as Record<string, string>}
  }
  const refresh = (token: string | undefined) => ask({grant_type: 'refresh_token', refresh_token: token ?? ''})
  const signIn = async () => {
    const {url, verifier} = request()
    const {redirect} = await approveOidc(url, {follow: false})
    assert.equal(redirect.searchParams.get('iss'), provider.url)
    const code = redirect.searchParams.get('code') ?? ''
    const exchange = {grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI}
    return (await ask(exchange)).body
  }

  it('signs in, for its own resource', async () => {
    const {access_token: accessToken = '', id_token: idToken = ''} = await signIn()
    const {aud, iss, sub, client_id: clientId} = claimsOf(accessToken)
    const expected = [provider.resource, provider.url, 'ada@local.test', 'superset-cli']
    assert.deepEqual([aud, iss, sub, clientId], expected)
    assert.equal(claimsOf(idToken)['nonce'], 'n')
  })

  it('tells the client when the person says no', async () => {
    const {redirect} = await approveOidc(request().url, {deny: true, follow: false})
    assert.equal(redirect.searchParams.get('error'), 'access_denied')
  })

  it('rotates, and ends one session, not its sisters, when a token is presented twice', async () => {
    const laptop = await signIn()
    const desktop = await signIn()
    const renewed = await refresh(laptop['refresh_token'])
    assert.equal(renewed.status, 200)
    assert.equal((await refresh(laptop['refresh_token'])).body['error'], 'invalid_grant')
    assert.equal((await refresh(renewed.body['refresh_token'])).body['error'], 'invalid_grant')
    assert.equal((await refresh(desktop['refresh_token'])).status, 200)
  })

  it('can be watched and made to misbehave like the sandbox', async () => {
    const {refresh_token: refreshToken} = await signIn()
    provider.journal.reset()
    provider.faults.token.add({cut: 'after'})
    await assert.rejects(refresh(refreshToken))
    assert.equal(provider.journal.counters.token['refresh_token'], 1)
    assert.ok(provider.journal.token[0]?.issued)
  })

  it('describes itself', async () => {
    const response = await fetch(`${provider.url}/.well-known/openid-configuration`)
    const metadata = (await response.json()) as Record<string, unknown>
    assert.equal(metadata['issuer'], provider.url)
    assert.equal(metadata['token_endpoint'], `${provider.url}/token`)
    assert.equal(metadata['revocation_endpoint'], `${provider.url}/token/revocation`)
  })
})
