import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:http'
import {mkdtempDisposable} from 'node:fs/promises'
import {type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as untilLater} from 'node:timers/promises'
import {after, before, describe, it} from 'mocha'
import {approve, authorizationRequest, digest, type Sandbox, startSandbox} from '../src/index.ts'
import {askToken, callApi, claimsOf, credentials, refresh, revoke, signIn, tokensOf} from './support/client.ts'

describe('signing in', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('grants a token for the organization that the person chose', async () => {
    const {team, acme} = sandbox.organizations
    for (const {id, slug} of [team, acme]) {
      const {accessToken} = await signIn(sandbox, {organization: slug})
      const claims = claimsOf(accessToken)
      assert.equal(claims['organizationId'], id)
      assert.deepEqual(claims['organizationIds'], [team.id, acme.id])
      assert.deepEqual(claims['aud'], [sandbox.url, `${sandbox.url}/api/auth/oauth2/userinfo`])
      assert.equal(claims['azp'], 'superset-cli')
      const {data} = await callApi(sandbox, 'user.myOrganization', {headers: credentials(accessToken)})
      assert.equal((data as {id: string}).id, id)
    }
  })

  it('offers a person only their own organizations', async () => {
    const user = sandbox.users.bea
    await assert.rejects(signIn(sandbox, {user, organization: 'acme'}), /does not offer the organization acme/)
    const {accessToken} = await signIn(sandbox, {user})
    assert.deepEqual(claimsOf(accessToken)['organizationIds'], [sandbox.organizations.team.id])
  })

  it('lives for a week unless told otherwise, then as told', async () => {
    const {accessToken, refreshToken} = await signIn(sandbox)
    const {exp, iat} = claimsOf(accessToken) as {exp: number; iat: number}
    assert.equal(exp - iat, 604_800)
    sandbox.setAccessTokenSeconds(2)
    const {body} = await refresh(sandbox, refreshToken)
    sandbox.setAccessTokenSeconds(604_800)
    assert.equal(body['expires_in'], 2)
  })

  it('tells the client when the person says no', async () => {
    const {url} = authorizationRequest(sandbox.url)
    const {redirect, pasted} = await approve(url, {deny: true, follow: false})
    assert.equal(redirect.searchParams.get('error'), 'access_denied')
    assert.equal(redirect.searchParams.get('state'), url.searchParams.get('state'))
    assert.equal(redirect.searchParams.get('iss'), sandbox.url)
    assert.equal(pasted, undefined)
  })

  it('shows the code to paste, with the state', async () => {
    const {url} = authorizationRequest(sandbox.url)
    const {pasted, answer} = await approve(url)
    assert.match(pasted ?? '', new RegExp(`^\\w{32}#${url.searchParams.get('state')}$`))
    assert.ok(answer?.body.includes(`id="code">${pasted}<`))
  })

  it('ends at a loopback address on any port', async () => {
    const client = createServer((_, response) => response.end('thanks')).listen(0, '127.0.0.1')
    await once(client, 'listening')
    const redirectUri = `http://127.0.0.1:${(client.address() as AddressInfo).port}/callback`
    const {redirect, answer} = await approve(authorizationRequest(sandbox.url, {redirect_uri: redirectUri}).url)
    client.close()
    assert.equal(`${redirect.origin}${redirect.pathname}`, redirectUri)
    assert.equal(redirect.searchParams.get('iss'), sandbox.url)
    assert.equal(answer?.body, 'thanks')
  })

  it('puts the nonce into the ID token', async () => {
    const {url, verifier, redirectUri} = authorizationRequest(sandbox.url, {nonce: 'n-0S6_WzA2Mj'})
    const {redirect} = await approve(url, {follow: false})
    const code = redirect.searchParams.get('code') ?? ''
    const parameters = {grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri}
    const {body} = await askToken(sandbox, parameters)
    assert.equal(claimsOf(String(body['id_token']))['nonce'], 'n-0S6_WzA2Mj')
  })

  it('refuses a wrong password, an unregistered redirect address and a code used twice', async () => {
    const {url} = authorizationRequest(sandbox.url)
    const wrong = {email: sandbox.users.admin.email, password: 'wrong'}
    await assert.rejects(approve(url, {user: wrong}), /refused admin@local.test: .*Wrong e-mail address or password/)
    const elsewhere = authorizationRequest(sandbox.url, {redirect_uri: 'http://127.0.0.1:51789/elsewhere'})
    await assert.rejects(approve(elsewhere.url), /Ended at \/error .*invalid redirect uri/)
    const {url: request, verifier, redirectUri} = authorizationRequest(sandbox.url)
    const {redirect} = await approve(request, {follow: false})
    const code = redirect.searchParams.get('code') ?? ''
    const exchange = {grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri}
    assert.equal((await askToken(sandbox, exchange)).status, 200)
    assert.equal((await askToken(sandbox, exchange)).status, 401)
  })
})

describe('refresh tokens, as the production server treats them', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('are rotated by every refresh', async () => {
    const {refreshToken} = await signIn(sandbox)
    const live = sandbox.liveRefreshTokens()
    const {status, body} = await refresh(sandbox, refreshToken)
    assert.equal(status, 200)
    const renewed = tokensOf(body)
    assert.notEqual(renewed.refreshToken, refreshToken)
    assert.equal(sandbox.liveRefreshTokens(), live)
    assert.equal((await callApi(sandbox, 'user.me', {headers: credentials(renewed.accessToken)})).status, 200)
  })

  it('are all deleted, on every machine of the user, when one is presented twice', async () => {
    const laptop = await signIn(sandbox)
    const desktop = await signIn(sandbox)
    const {refreshToken: ofBea} = await signIn(sandbox, {user: sandbox.users.bea})
    await refresh(sandbox, laptop.refreshToken)
    const replayed = await refresh(sandbox, laptop.refreshToken)
    assert.deepEqual([replayed.status, replayed.body['error']], [400, 'invalid_grant'])
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.admin.id), 0)
    assert.equal((await refresh(sandbox, desktop.refreshToken)).body['error_description'], 'session not found')
    assert.equal((await refresh(sandbox, ofBea)).status, 200)
  })

  it('are all deleted, on every machine of the user, when one is revoked twice', async () => {
    const laptop = await signIn(sandbox)
    const desktop = await signIn(sandbox)
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.admin.id), 2)
    assert.equal(await revoke(sandbox, laptop.refreshToken), 200)
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.admin.id), 1)
    assert.equal(await revoke(sandbox, laptop.refreshToken), 400)
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.admin.id), 0)
    assert.equal((await refresh(sandbox, desktop.refreshToken)).status, 400)
  })

  it('buy exactly one access token when many present the same one at once', async () => {
    const {refreshToken} = await signIn(sandbox)
    const answers = await Promise.all(Array.from({length: 20}, () => refresh(sandbox, refreshToken)))
    assert.equal(answers.filter(({status}) => status === 200).length, 1)
    assert.equal(answers.filter(({body}) => body['error'] === 'invalid_grant').length, 19)
  })

  it('give an access token that the API does not know when no resource is named', async () => {
    const {refreshToken} = await signIn(sandbox)
    const {body} = await askToken(sandbox, {grant_type: 'refresh_token', refresh_token: refreshToken})
    const opaque = String(body['access_token'])
    assert.match(opaque, /^[A-Za-z]{32}$/)
    assert.equal((await callApi(sandbox, 'user.me', {headers: credentials(opaque)})).status, 401)
  })

  it('can be let expire', async () => {
    const {refreshToken} = await signIn(sandbox)
    assert.ok(sandbox.expireRefreshTokens(sandbox.users.admin.id) >= 1)
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.admin.id), 0)
    assert.equal((await refresh(sandbox, refreshToken)).body['error'], 'invalid_grant')
  })

  it('appear in the journal as digests only', async () => {
    sandbox.journal.reset()
    const {refreshToken} = await signIn(sandbox)
    const renewed = tokensOf((await refresh(sandbox, refreshToken)).body)
    await revoke(sandbox, renewed.refreshToken)
    const [signedIn, refreshed] = sandbox.journal.token
    assert.equal(signedIn?.issued, digest(refreshToken))
    assert.equal(refreshed?.presented, digest(refreshToken))
    assert.equal(refreshed?.issued, digest(renewed.refreshToken))
    assert.equal(sandbox.journal.revocations[0]?.presented, digest(renewed.refreshToken))
    const {requests: _requests, ...counters} = sandbox.counters
    assert.deepEqual(counters, {token: {authorization_code: 1, refresh_token: 1}, revocations: 1, api: {}})
    const told = JSON.stringify({...sandbox.journal, token: sandbox.journal.token})
    for (const secret of [refreshToken, renewed.refreshToken, renewed.accessToken]) {
      assert.ok(!told.includes(secret))
    }
  })
})

describe('a kept database', () => {
  it('keeps sessions, keys and tasks over a restart on the same port', async () => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'sandbox-'))
    const database = path.join(folder.path, 'superset.db')
    await using first = await startSandbox({database})
    const {accessToken, refreshToken} = await signIn(first)
    const headers = credentials(first.apiKey, first.organizations.team.id)
    await callApi(first, 'task.create', {headers, body: {title: 'Outlive a restart'}})
    await first.close()
    // A request that must fail: on its way the client learns that the connections it had kept are gone.
    await assert.rejects(fetch(first.url))
    await using second = await startSandbox({database, port: Number(new URL(first.url).port)})
    assert.equal(second.apiKey, first.apiKey)
    assert.equal((await callApi(second, 'user.me', {headers: credentials(accessToken)})).status, 200)
    const found = await callApi(second, 'task.byIdOrSlug', {headers, input: 'outlive-a-restart'})
    assert.equal((found.data as {title: string}).title, 'Outlive a restart')
    assert.equal((await refresh(second, refreshToken)).status, 200)
  })
})

describe('limits', () => {
  it('are those of production when asked for: the 21st token request in a minute gets a 429', async () => {
    await using sandbox = await startSandbox({rateLimit: true})
    const ask = () => refresh(sandbox, 'unknown')
    const statuses = []
    for (let request = 0; request < 21; request++) statuses.push((await ask()).status)
    assert.deepEqual(statuses, [...Array.from({length: 20}, () => 400), 429])
  })

  it('an access token that has expired is refused by the API', async () => {
    await using sandbox = await startSandbox({accessTokenSeconds: 1})
    const {accessToken} = await signIn(sandbox)
    const {exp} = claimsOf(accessToken) as {exp: number}
    await untilClock(exp * 1000)
    const {status} = await callApi(sandbox, 'user.me', {headers: credentials(accessToken)})
    assert.equal(status, 401)
  })
})

/** Only the clock tells when a token has expired; timers may fire a little early. */
async function untilClock(milliseconds: number): Promise<void> {
  while (Date.now() < milliseconds) await untilLater(milliseconds - Date.now())
}
