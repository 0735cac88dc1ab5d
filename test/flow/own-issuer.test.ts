import assert from 'node:assert/strict'
import {once} from 'node:events'
import {type AddressInfo, createServer} from 'node:net'
import {EXIT, isProblem, Problem} from '@superset/identity'
import {type Quirks} from '@superset/foreign-issuer'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {IssuerStage} from './issuer-stage.ts'

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (error) {
    assert.ok(isProblem(error), String(error))
    return error
  }

  throw new assert.AssertionError({message: 'it succeeded'})
}

describe("an organisation's own issuer", () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('is described once; its profile signs in, works, refreshes and signs in again with nothing but its name', async () => {
    await using stage = await IssuerStage.open(sandbox)
    const signedIn = await stage.login(stage.flags)
    assert.deepEqual(
      [signedIn.issuer, signedIn.apiUrl, signedIn.account],
      [stage.issuer.url, sandbox.url, sandbox.users.admin.email],
    )
    assert.deepEqual(stage.saved, {issuer: stage.issuer.url, apiUrl: sandbox.url})
    assert.equal(stage.asked.get('resource'), sandbox.url)
    assert.equal(stage.asked.get('prompt'), 'consent')
    assert.equal(await stage.ask(), 200)
    assert.equal((await stage.refresh()).refreshed, true)
    assert.deepEqual(stage.refreshes, [{status: 200, scope: undefined, resource: sandbox.url}])
    assert.equal(await stage.ask(), 200)
    assert.equal((await stage.logout()).revocation, 'revoked')
    assert.equal((await stage.login({})).issuer, stage.issuer.url)
    assert.equal(await stage.ask(), 200)
  })

  it('is asked for its metadata once a day', async () => {
    await using stage = await IssuerStage.open(sandbox)
    let asked = 0
    stage.issuer.faults.metadata.use(() => (asked++, undefined))
    await stage.login(stage.flags)
    await stage.login({})
    await stage.refresh()
    // The other one is the service that reads the issuer's keys.
    assert.equal(asked, 2)
  })

  it('that wants a scope on refresh hears it', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {scopeOnRefresh: 'required'}})
    await stage.login({...stage.flags, settings: {scopeOnRefresh: true, scope: 'openid email offline_access'}})
    assert.deepEqual(stage.saved.scope, 'openid email offline_access')
    await stage.refresh()
    assert.deepEqual(stage.refreshes, [{status: 200, scope: 'openid email offline_access', resource: sandbox.url}])
  })

  for (const [manner, scopeOnRefresh] of [
    ['required', false],
    ['refused', true],
  ] as const) {
    it(`row 8: a scope on refresh that is ${manner} against the settings is tried the other way once`, async () => {
      await using stage = await IssuerStage.open(sandbox, {quirks: {scopeOnRefresh: manner}})
      await stage.login({...stage.flags, settings: {scopeOnRefresh}})
      assert.equal((await stage.refresh()).refreshed, true)
      assert.deepEqual(
        stage.refreshes.map(({status, scope}) => [status, scope !== undefined]),
        [
          [400, scopeOnRefresh],
          [200, !scopeOnRefresh],
        ],
      )
      assert.equal(await stage.ask(), 200)
    })
  }

  it('that knows an audience and no resource hears that alone', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {audience: 'required'}})
    const problem = await problemOf(stage.login(stage.flags))
    assert.deepEqual([problem.code, problem.exit], ['AUTH_REFUSED', 78])
    assert.match(problem.message, /invalid_target/)
    await stage.login({...stage.flags, settings: {audience: sandbox.url}})
    assert.deepEqual([stage.asked.get('audience'), stage.asked.has('resource')], [sandbox.url, false])
    assert.equal(stage.saved.audience, sandbox.url)
    await stage.refresh()
    assert.deepEqual(stage.refreshes, [{status: 200, scope: undefined, resource: undefined}])
    assert.equal(await stage.ask(), 200)
  })

  it('row 9: that refuses the resource by now is asked once without', async () => {
    const quirks: {-readonly [Key in keyof Quirks]: Quirks[Key]} = {}
    await using stage = await IssuerStage.open(sandbox, {quirks})
    await stage.login(stage.flags)
    quirks.audience = 'taken'
    await stage.refresh()
    assert.deepEqual(
      stage.refreshes.map(({status, resource}) => [status, resource]),
      [
        [400, sandbox.url],
        [200, undefined],
      ],
    )
    assert.equal(await stage.ask(), 200)
  })

  it('that refuses the resource parameter gets none with `none`', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {audience: 'taken'}})
    await stage.login({...stage.flags, settings: {resource: 'none'}})
    assert.equal(stage.saved.resource, 'none')
    assert.equal(await stage.ask(), 200)
  })

  for (const rotation of ['off', 'silent'] as const) {
    it(`that does not rotate refresh tokens (${rotation}) is refreshed again and again`, async () => {
      await using stage = await IssuerStage.open(sandbox, {quirks: {rotation}})
      await stage.login(stage.flags)
      for (let round = 0; round < 3; round++) assert.equal((await stage.refresh()).refreshed, true)
      const {token} = stage.issuer.journal
      assert.equal(new Set(token.flatMap(({presented}) => presented ?? [])).size, 1)
      assert.equal(await stage.ask(), 200)
    })
  }

  it('that grants no refresh token leaves a session that says so', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {refreshToken: false}})
    await stage.login(stage.flags)
    const {reason, renewable, signedIn} = await stage.describe()
    assert.deepEqual([signedIn, renewable, reason], [true, false, 'No refresh token was granted.'])
    assert.equal(await stage.ask(), 200)
    const problem = await problemOf(stage.refresh())
    assert.deepEqual([problem.code, problem.exit], ['AUTH_ENDED', 4])
    assert.match(problem.message, /no refresh token was granted/)
  })

  it('that demands a nonce gets one', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {nonce: 'required'}})
    await stage.login(stage.flags)
    assert.equal(await stage.ask(), 200)
  })

  it('row 14: that refuses without a word leaves the session stored, and the next step is told', async () => {
    // It wants a scope, which the settings do not say, and does not say so.
    await using stage = await IssuerStage.open(sandbox, {quirks: {emptyRefusals: true, scopeOnRefresh: 'required'}})
    await stage.login(stage.flags)
    const problem = await problemOf(stage.refresh())
    assert.deepEqual([problem.code, problem.exit], ['AUTH_ENDED', 4])
    assert.match(problem.message, /refused your session without saying why \(HTTP 400\)/)
    assert.deepEqual(problem.suggestions, ['Run `superset auth login`.'])
    assert.equal((await stage.describe()).signedIn, true)
    assert.equal(await stage.ask(), 200)
    await stage.login({settings: {scopeOnRefresh: true}})
    assert.equal((await stage.refresh()).refreshed, true)
  })

  it('that refuses the code without a word is not asked twice', async () => {
    await using stage = await IssuerStage.open(sandbox)
    stage.issuer.faults.token.add({answer: {status: 401}, grant: 'authorization_code'})
    const problem = await problemOf(stage.login(stage.flags))
    assert.deepEqual([problem.code, problem.exit], ['AUTH_REFUSED', 4])
    assert.match(problem.message, /refused without saying why \(HTTP 401\)/)
    assert.equal(stage.issuer.journal.counters.token['authorization_code'], 1)
    assert.deepEqual(stage.saved, {})
  })

  it('without OpenID Connect is found by RFC 8414, and is asked neither for a nonce nor for its scopes', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {oauthOnly: true}})
    const {account, subject} = await stage.login(stage.flags)
    assert.deepEqual([account, subject], [sandbox.users.admin.email, sandbox.users.admin.email])
    assert.deepEqual([stage.asked.has('nonce'), stage.asked.has('prompt')], [false, false])
    assert.equal(stage.asked.get('scope'), 'profile email')
    assert.equal(stage.saved.scope, undefined)
    await stage.refresh()
    assert.equal(await stage.ask(), 200)
  })

  it('names the account by the claim that the settings say', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {accountClaim: 'upn'}})
    const {account, subject} = await stage.login({...stage.flags, settings: {accountClaim: 'upn'}})
    assert.equal(account, sandbox.users.admin.email.split('@')[0]?.toUpperCase())
    assert.equal(subject, sandbox.users.admin.email)
    assert.equal((await stage.describe()).account, account)
  })

  it('row 32: that says nothing of a lifetime has the one of the settings', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {lifetime: 'unsaid'}})
    const before = Date.now()
    await stage.login({...stage.flags, settings: {accessTokenSeconds: 120}})
    const left = Number((await stage.describe()).expiresAt) - before
    assert.ok(left > 110_000 && left < 600_000, String(left))
    const refreshedAt = Date.now()
    await stage.refresh()
    assert.ok(Number((await stage.describe()).expiresAt) - refreshedAt > 110_000)
  })

  it('row 77: with one registered address is answered there, and who holds its port is named', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const {port} = holder.address() as AddressInfo
    await using stage = await IssuerStage.open(sandbox, {
      quirks: {redirectUri: `http://localhost:${port}/signed/in`},
    })
    const settings = {redirectPorts: [port], redirectHost: 'localhost', redirectPath: '/signed/in'} as const
    const problem = await problemOf(stage.login({...stage.flags, settings}))
    assert.deepEqual([problem.code, problem.exit], ['AUTH_PORT_TAKEN', 78])
    const who = process.platform === 'linux' ? ` by pid ${process.pid}` : ''
    assert.ok(problem.message.startsWith(`Port ${port} is in use${who} (another sign-in?)`), problem.message)
    await once(holder.close(), 'close')
    await stage.login({...stage.flags, settings})
    assert.equal(stage.asked.get('redirect_uri'), `http://localhost:${port}/signed/in`)
    assert.deepEqual(stage.saved, {issuer: stage.issuer.url, apiUrl: sandbox.url, ...settings, redirectPorts: [port]})
  })

  it('with an address by name takes any port under it', async () => {
    await using stage = await IssuerStage.open(sandbox, {quirks: {redirectUri: 'http://localhost/callback'}})
    await stage.login({...stage.flags, settings: {redirectHost: 'localhost'}})
    assert.match(stage.asked.get('redirect_uri') ?? '', /^http:\/\/localhost:\d+\/callback$/)
    assert.equal(await stage.ask(), 200)
  })

  it('is told further parameters, may be told no prompt, and never has ours replaced', async () => {
    await using stage = await IssuerStage.open(sandbox)
    await stage.login({...stage.flags, settings: {authorizeParameters: {domain_hint: 'example.com', prompt: ''}}})
    assert.deepEqual([stage.asked.get('domain_hint'), stage.asked.has('prompt')], ['example.com', false])
    for (const name of ['state', 'redirect_uri', 'code_challenge', 'nonce', 'request_uri', 'response_mode']) {
      const problem = await problemOf(stage.login({settings: {authorizeParameters: {[name]: 'x'}}}))
      assert.deepEqual([problem.code, problem.exit], ['CONFIG_PARAMETER', 2])
      assert.match(problem.message, new RegExp(`may not replace ${name},`))
    }
  })

  it('named with an API in variables is remembered like one in flags', async () => {
    await using stage = await IssuerStage.open(sandbox)
    await stage.login({}, {SUPERSET_ISSUER: stage.issuer.url, SUPERSET_API_URL: sandbox.url})
    assert.deepEqual(stage.saved, {issuer: stage.issuer.url, apiUrl: sandbox.url})
    assert.equal(await stage.ask(), 200)
  })

  it('whose settings cannot be saved is signed in to all the same', async () => {
    const fault = new Problem({code: 'STORE_SETTINGS', message: 'The disk is full.', exit: EXIT.storage})
    await using stage = await IssuerStage.open(sandbox, {remember: () => Promise.reject(fault)})
    const {account} = await stage.login(stage.flags)
    assert.equal(account, sandbox.users.admin.email)
    assert.ok(stage.told.some((line) => /settings of this profile were not saved.* The disk is full\./.test(line)))
    assert.equal(await stage.ask(), 200)
  })
})
