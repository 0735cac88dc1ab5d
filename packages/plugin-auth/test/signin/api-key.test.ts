import {type Sandbox, startSandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {readKey} from '../../src/signin/api-key.ts'
import {deadPort} from '../network/loopback-servers.ts'
import {problemOf} from '../support/problems.ts'
import {LoginStage} from './login-stage.ts'

describe('signing in with an API key', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())
  afterEach(() => sandbox.faults.api.clear())

  it('asks the API whose key it is, then stores it for that API alone', async () => {
    await using stage = await LoginStage.open(sandbox.url, {request: {agentMode: true, interactive: false}})
    const {admin} = sandbox.users
    const result = await stage.login({apiKey: `  ${sandbox.apiKey}\n`, storage: 'key'})
    assert.equal(result.scheme, 'api-key')
    assert.equal(result.account, admin.email)
    assert.equal(result.subject, admin.id)
    assert.equal(result.expiresAt, undefined)
    const [{binding, credential, storage}] = stage.committed as [(typeof stage.committed)[0]]
    assert.deepEqual(credential, {kind: 'api-key', apiKey: sandbox.apiKey})
    assert.equal(storage, 'key')
    assert.deepEqual([binding.issuer, binding.apiUrl, binding.replayPolicy], [sandbox.url, sandbox.url, 'none'])
    assert.deepEqual(stage.remembered, [result.organization?.id])
    assert.deepEqual([stage.opened, stage.told], [[], []])
  })

  it('row 90: refuses a key that the service does not know', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const problem = await problemOf(stage.login({apiKey: `sk_live_${'x'.repeat(64)}`}), 'AUTH_KEY_INVALID')
    assert.equal(problem.exit, 4)
    assert.equal(problem.message, 'The API key is not valid.')
    assert.deepEqual(stage.committed, [])
  })

  it('does not call a key bad because the service could not be asked', async () => {
    const offline = `http://127.0.0.1:${await deadPort()}`
    await using stage = await LoginStage.open(offline)
    assert.equal((await problemOf(stage.login({apiKey: sandbox.apiKey}), 'NETWORK_UNREACHABLE')).exit, 75)
    for (const answer of [
      {status: 500, body: 'oops'},
      {status: 429, body: '{}'},
      {status: 200, body: '<html>'},
    ]) {
      await using busy = await LoginStage.open(sandbox.url)
      sandbox.faults.api.add({answer})
      const problem = await problemOf(busy.login({apiKey: sandbox.apiKey}), 'SERVICE_UNAVAILABLE')
      assert.equal(problem.exit, 75)
      assert.ok(problem.retryable)
    }
  })

  it('checks the organization before it stores anything', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const {acme} = sandbox.organizations
    const unknown = await problemOf(stage.login({apiKey: sandbox.apiKey, organization: 'nope'}), 'ORGANIZATION_UNKNOWN')
    assert.equal(unknown.exit, 2)
    assert.match(unknown.message, /acme/)
    assert.deepEqual(stage.committed, [])
    const result = await stage.login({apiKey: sandbox.apiKey, organization: acme.slug})
    assert.deepEqual(result.organization, {id: acme.id, name: acme.name})
  })

  it('row 83: another account needs --replace', async () => {
    const holder = {issuer: sandbox.url, subject: 'somebody', account: 'else@example.test'}
    await using stage = await LoginStage.open(sandbox.url, {holder, request: {interactive: false}})
    await problemOf(stage.login({apiKey: sandbox.apiKey}), 'AUTH_OTHER_ACCOUNT')
    assert.equal((await stage.login({apiKey: sandbox.apiKey, replace: true})).scheme, 'api-key')
  })

  it('sends nothing that cannot be a key', async () => {
    let requests = 0
    await using stage = await LoginStage.open(sandbox.url, {
      ports: {send: () => Promise.reject(new Error(String(++requests)))},
    })
    for (const apiKey of ['', ' \n', 'two words', 'sk_live_\u0000', 'schlüssel', 'a\nb', 'x'.repeat(5000)]) {
      const problem = await problemOf(stage.login({apiKey}), 'AUTH_KEY_MALFORMED')
      assert.equal(problem.exit, 2)
      if (apiKey.trim()) assert.ok(!problem.message.includes(apiKey), 'a message must not repeat a key')
    }

    assert.equal(requests, 0)
    assert.equal(readKey('\tsk_live_abc\r\n'), 'sk_live_abc')
  })
})
