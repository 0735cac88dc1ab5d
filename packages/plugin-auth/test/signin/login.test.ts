import assert from 'node:assert/strict'
import {approve, type Sandbox, startSandbox} from '@superset/sandbox'
import {get} from 'node:http'
import {LoginStage} from './login-stage.ts'

describe('signing in at the Superset service', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('signs in through the browser and stores tokens that the API takes', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const {answer} = await approve(await stage.address(), {organization: 'acme'})
    const {admin} = sandbox.users
    const {acme} = sandbox.organizations
    const {expiresAt, ...rest} = await result
    assert.deepEqual(rest, {
      profile: 'default',
      issuer: sandbox.url,
      apiUrl: sandbox.url,
      scheme: 'bearer',
      storage: 'file',
      subject: admin.id,
      account: admin.email,
      organization: {id: acme.id, name: acme.name},
    })
    assert.match(answer?.body ?? '', /You are signed in/)
    assert.equal(answer?.url.search, '', 'the code must leave the address bar')
    assert.deepEqual(stage.remembered, [acme.id])
    const [{binding}] = stage.committed as [(typeof stage.committed)[0]]
    assert.equal(binding.replayPolicy, 'user')
    assert.equal(binding.resource, sandbox.url)
    assert.equal(binding.tokenEndpoint, `${sandbox.url}/api/auth/oauth2/token`)
    assert.equal(binding.revocationEndpoint, `${sandbox.url}/api/auth/oauth2/revoke`)
    assert.ok(stage.tokens?.refreshToken)
    assert.equal(stage.tokens.lifetimeMs, 604_800_000)
    assert.equal(expiresAt?.getTime(), stage.tokens.expiresAt)
    const me = await fetch(`${sandbox.url}/api/trpc/user.me`, {
      headers: {authorization: `Bearer ${stage.tokens.accessToken}`},
    })
    assert.equal(me.status, 200)
  })
})
