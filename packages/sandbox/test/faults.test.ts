import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect} from 'node:net'
import {after, afterEach, before, describe, it} from 'mocha'
import {type Sandbox, startSandbox, UNAUTHORIZED} from '../src/index.ts'
import {callApi, credentials, refresh, signIn, tokensOf} from './support/client.ts'

describe('faults', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  afterEach(() => {
    for (const faults of Object.values(sandbox.faults)) faults.clear()
    sandbox.journal.reset()
  })
  after(() => sandbox.close())

  it('hold a token request before it is processed: nothing is committed until it is released', async () => {
    const {refreshToken} = await signIn(sandbox)
    const fault = sandbox.faults.token.add({grant: 'refresh_token', hold: 'before'})
    const answer = refresh(sandbox, refreshToken)
    await fault.held()
    assert.equal(sandbox.counters.token['refresh_token'], 1)
    assert.equal(sandbox.journal.token.at(-1)?.committedAt, undefined)
    fault.release()
    assert.equal((await answer).status, 200)
    assert.ok(sandbox.journal.token.at(-1)?.committedAt)
  })

  it('hold a token request after it was committed: the token is spent and the answer withheld', async () => {
    const {refreshToken} = await signIn(sandbox)
    const fault = sandbox.faults.token.add({hold: 'after'})
    const answer = refresh(sandbox, refreshToken)
    await fault.held()
    const entry = sandbox.journal.token.at(-1)
    assert.ok(entry?.issued)
    assert.equal(entry.answeredAt, undefined)
    fault.release()
    const {body} = await answer
    assert.ok(entry.answeredAt)
    assert.equal((await refresh(sandbox, tokensOf(body).refreshToken)).status, 200)
  })

  it('cut the connection before processing: the token is as good as before', async () => {
    const {refreshToken} = await signIn(sandbox)
    sandbox.faults.token.add({cut: 'before'})
    await assert.rejects(refresh(sandbox, refreshToken))
    assert.equal((await refresh(sandbox, refreshToken)).status, 200)
  })

  for (const cut of ['within', 'after'] as const) {
    it(`cut the connection ${cut} the answer: the token is spent and its successor lost`, async () => {
      const {refreshToken} = await signIn(sandbox)
      sandbox.faults.token.add({cut})
      await assert.rejects(refresh(sandbox, refreshToken))
      assert.ok(sandbox.journal.token.at(-1)?.issued)
      assert.equal(sandbox.journal.token.at(-1)?.status, undefined)
      assert.equal((await refresh(sandbox, refreshToken)).body['error'], 'invalid_grant')
      assert.equal(sandbox.liveRefreshTokens(), 0)
    })
  }

  it('answer something else, with or without processing', async () => {
    const {refreshToken} = await signIn(sandbox)
    const answer = {status: 503, headers: {'retry-after': '7'}, body: {error: 'temporarily_unavailable'}}
    sandbox.faults.token.add({answer})
    const untouched = await refresh(sandbox, refreshToken)
    assert.deepEqual([untouched.status, untouched.body], [503, answer.body])
    assert.equal(sandbox.journal.token.at(-1)?.issued, undefined)
    sandbox.faults.token.add({answer: {status: 502}, process: true})
    assert.equal((await refresh(sandbox, refreshToken)).status, 502)
    assert.ok(sandbox.journal.token.at(-1)?.issued)
  })

  it('are used up in order, each so often as it says, and leave other grants alone', async () => {
    sandbox.faults.token.add({grant: 'refresh_token', times: 2, answer: {status: 500}})
    sandbox.faults.token.add({grant: 'refresh_token', answer: {status: 429}})
    const {refreshToken} = await signIn(sandbox)
    const statuses = []
    for (let request = 0; request < 4; request++) statuses.push((await refresh(sandbox, refreshToken)).status)
    assert.deepEqual(statuses, [500, 500, 429, 200])
  })

  it('can be decided by a function', async () => {
    sandbox.faults.api.use((procedures) => (procedures.includes('user.me') ? {answer: UNAUTHORIZED} : undefined))
    const headers = credentials(sandbox.apiKey)
    assert.equal((await callApi(sandbox, 'user.me', {headers})).status, 401)
    assert.equal((await callApi(sandbox, 'user.myOrganizations', {headers})).status, 200)
  })

  it('answer 401 to the next API requests for one procedure', async () => {
    sandbox.faults.api.add({procedure: 'task.list', times: 2, answer: UNAUTHORIZED})
    const headers = credentials(sandbox.apiKey, sandbox.organizations.team.id)
    const statuses = []
    for (const procedure of ['task.list', 'user.me', 'task.list', 'task.list']) {
      const {status, message} = await callApi(sandbox, procedure, {headers})
      statuses.push(status)
      if (status === 401) assert.equal(message, 'Not authenticated. Please sign in.')
    }

    assert.deepEqual(statuses, [401, 200, 401, 200])
    assert.deepEqual(sandbox.counters.api, {'task.list': 3, 'user.me': 1})
    assert.equal(sandbox.journal.api[0]?.scheme, 'api-key')
  })

  it('reach the metadata and the revocation endpoint too', async () => {
    sandbox.faults.metadata.add({answer: {status: 200, body: {issuer: 'http://127.0.0.1:1'}}})
    const metadata = `${sandbox.url}/.well-known/openid-configuration`
    assert.equal(((await (await fetch(metadata)).json()) as {issuer: string}).issuer, 'http://127.0.0.1:1')
    assert.equal(((await (await fetch(metadata)).json()) as {issuer: string}).issuer, sandbox.url)
    sandbox.faults.revocation.add({cut: 'before'})
    await assert.rejects(fetch(`${sandbox.url}/api/auth/oauth2/revoke`, {method: 'POST', body: 'token=x'}))
  })

  it('survive a client that hangs up while its request is held', async () => {
    const {refreshToken} = await signIn(sandbox)
    const fault = sandbox.faults.token.add({hold: 'before'})
    const form = new URLSearchParams({
      client_id: 'superset-cli',
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    })
    const {hostname, port} = new URL(sandbox.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST /api/auth/oauth2/token HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n` +
        `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.toString().length}\r\n\r\n${form}`,
    )
    await fault.held()
    socket.destroy()
    await once(socket, 'close')
    fault.release()
    await sandbox.changes.until(() => sandbox.journal.token.at(-1)?.issued !== undefined)
    assert.equal((await refresh(sandbox, refreshToken)).body['error'], 'invalid_grant')
  })
})

describe('the controls for other processes', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  const control = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init = body === undefined ? {headers} : {method: 'POST', body: JSON.stringify(body), headers}
    const response = await fetch(`${sandbox.url}/__sandbox/${path}`, init)
    return {status: response.status, body: (await response.json()) as Record<string, unknown>}
  }

  it('count, reset and journal', async () => {
    await signIn(sandbox)
    const {body} = await control('counters')
    assert.deepEqual(body['token'], {authorization_code: 1})
    const {body: journal} = await control('journal')
    assert.equal((journal['token'] as unknown[]).length, 1)
    await control('reset', {})
    assert.deepEqual((await control('counters')).body, {requests: 0, token: {}, revocations: 0, api: {}})
  })

  it('set the lifetime of access tokens, and let refresh tokens expire', async () => {
    const {refreshToken} = await signIn(sandbox)
    assert.equal((await control('access-token-seconds', {seconds: 5})).status, 200)
    const {body} = await refresh(sandbox, refreshToken)
    assert.equal(body['expires_in'], 5)
    const live = (await control('refresh-tokens')).body
    assert.equal(live['admin'], sandbox.liveRefreshTokens())
    await control('expire-refresh-tokens', {userId: sandbox.users.admin.id})
    assert.equal(sandbox.liveRefreshTokens(), 0)
  })

  it('hold a request, wait until it is held, and release it', async () => {
    const {refreshToken} = await signIn(sandbox)
    await control('faults', {endpoint: 'token', fault: {hold: 'after'}})
    const held = control('held', {endpoint: 'token'})
    const answer = refresh(sandbox, refreshToken)
    assert.deepEqual((await held).body, {held: 1})
    await control('release', {})
    assert.equal((await answer).status, 200)
  })

  it('say what they do not understand', async () => {
    assert.equal((await control('nothing')).status, 404)
    for (const body of [{}, {endpoint: 'token', fault: {holt: 'after'}}, {endpoint: 'else', fault: {}}]) {
      assert.equal((await control('faults', body)).status, 400)
    }

    assert.equal((await control('access-token-seconds', {seconds: -1})).status, 400)
    const response = await fetch(`${sandbox.url}/__sandbox/faults`, {method: 'POST', body: 'rubbish'})
    assert.equal(response.status, 400)
  })

  it('are closed to web pages', async () => {
    assert.equal((await control('reset', {}, {origin: 'https://evil.example'})).status, 403)
    assert.equal((await control('counters', undefined, {origin: sandbox.url})).status, 403)
  })
})

describe('stopping', () => {
  it('lets nothing linger, though a request is held and connections are open', async () => {
    await using sandbox = await startSandbox()
    const {refreshToken} = await signIn(sandbox)
    sandbox.faults.token.add({delayBeforeMs: 3_600_000})
    const fault = sandbox.faults.token.add({hold: 'before'})
    const waiting = fetch(`${sandbox.url}/__sandbox/held`, {method: 'POST', body: '{"endpoint":"api"}'})
    const answers = [waiting, refresh(sandbox, refreshToken), refresh(sandbox, refreshToken)]
    const outcomes = Promise.allSettled(answers)
    await fault.held()
    await sandbox.close()
    for (const {status} of await outcomes) assert.equal(status, 'rejected')
    await assert.rejects(fetch(sandbox.url))
  })
})
