import assert from 'node:assert/strict'
import {createHash, randomBytes} from 'node:crypto'
import {approveOidc, type OidcProvider, startOidcProvider} from '@superset/foreign-issuer'
import {after, before, describe, it} from 'mocha'
import {type Sandbox, startSandbox} from '../src/index.ts'

describe('the API of a service that trusts another issuer', () => {
  let sandbox: Sandbox
  let provider: OidcProvider

  before(async () => {
    sandbox = await startSandbox()
    provider = await startOidcProvider({resource: sandbox.url})
  })
  after(async () => {
    await provider.close()
    await sandbox.close()
  })

  async function tokenOf(email: string): Promise<string> {
    const redirectUri = 'http://127.0.0.1:1/callback'
    const verifier = randomBytes(32).toString('base64url')
    const url = new URL('/auth', provider.url)
    url.search = new URLSearchParams({
      client_id: 'superset-cli',
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid email',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString()
    const {redirect} = await approveOidc(url, {email, follow: false})
    const code = redirect.searchParams.get('code') ?? ''
    const body = new URLSearchParams({
      ...{grant_type: 'authorization_code', client_id: 'superset-cli', redirect_uri: redirectUri},
      ...{code, code_verifier: verifier},
    })
    const answer = await fetch(`${provider.url}/token`, {method: 'POST', body})
    return ((await answer.json()) as {access_token: string}).access_token
  }

  const me = async (token: string) =>
    fetch(`${sandbox.url}/api/trpc/user.me`, {headers: {authorization: `Bearer ${token}`}})

  it('takes its tokens once it trusts it, names it, and takes those of nobody that it does not know', async () => {
    const token = await tokenOf(sandbox.users.admin.email)
    assert.equal((await me(token)).status, 401)
    sandbox.trust(provider.url)
    const answer = await me(token)
    assert.equal(answer.status, 200)
    assert.match(await answer.text(), new RegExp(sandbox.users.admin.email))
    assert.equal((await me(await tokenOf('stranger@local.test'))).status, 401)
    const metadata = await (await fetch(`${sandbox.url}/.well-known/oauth-protected-resource`)).json()
    assert.deepEqual(Reflect.get(metadata as object, 'authorization_servers'), [sandbox.url, provider.url])
  })
})
