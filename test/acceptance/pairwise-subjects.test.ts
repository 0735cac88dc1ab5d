import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {obtainTokens, startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {assertSucceeded, sandboxEnvironment, setExpiry, signIn} from '../support/signed-in.ts'
import {itInFull} from '../support/matrix.ts'

/** The service's own library, told to give each client its own name for a person (OpenID Connect Core 8). */
describe('an issuer with pairwise subjects', () => {
  let sandbox: Sandbox
  let home: Home
  before(async () => void (sandbox = await startSandbox({pairwise: true})))
  after(() => sandbox.close())
  beforeEach(async () => void (home = await Home.createResident()))
  afterEach(() => home[Symbol.asyncDispose]())

  it('row 42: a session is renewed, stays the same person’s, and ends by a sign-out', async () => {
    const env = await signIn(home, sandbox, 'key')
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    const again = await home.run(['auth', 'login', '--json', '--storage', 'key'], {env})
    assertSucceeded(again)
    const out = await home.run(['auth', 'logout', '--json'], {env})
    assert.equal((JSON.parse(out.stdout) as {revocation: string}).revocation, 'revoked')
    assert.equal(sandbox.liveRefreshTokens(), 0)
  })

  itInFull(
    'row 42: a session of the previous client, which kept no ID token, is renewed and signed in over',
    async () => {
      const tokens = await obtainTokens(sandbox.url)
      const subjects = [tokens.access_token, tokens.id_token].map((token) => claimsOf(token)['sub'])
      assert.notEqual(subjects[0], subjects[1], 'the two name one person differently')
      await mkdir(home.superset, {recursive: true})
      const auth = {accessToken: tokens.access_token, refreshToken: tokens.refresh_token, expiresAt: 1000}
      await writeFile(path.join(home.superset, 'config.json'), JSON.stringify({auth}), {mode: 0o600})
      const env = sandboxEnvironment(sandbox)
      assertSucceeded(await home.run(['tasks', 'list'], {env}))
      await setExpiry(home, 1000)
      assertSucceeded(await home.run(['tasks', 'list'], {env}))
      const over = await home.run(['auth', 'login', '--json', '--storage', 'file'], {env})
      assertSucceeded(over)
    },
  )

  it('row 69d: a revocation that the library refuses is not called done', async () => {
    const env = await signIn(home, sandbox, 'key')
    // As after a restored backup of the server: it does not know the token.
    sandbox.forgetRefreshTokens()
    const out = await home.run(['auth', 'logout'], {env})
    assertSucceeded(out)
    assert.match(
      out.stdout,
      /^Signed out .*here\. The session may live on at http:\S+ until 20\S+\.\nThe server refused to revoke it\.$/m,
    )
    assert.equal(sandbox.journal.revocations.at(-1)?.status, 400)
  })
})

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}
