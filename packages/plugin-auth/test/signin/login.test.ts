import {approve, type Sandbox, startSandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {Problem} from '@superset/identity'
import {measureSlowness} from '../../../identity/src/conformance/slowness.ts'
import {send} from '../../src/network/http-request.ts'
import {NetworkFailure} from '@superset/identity/network'
import {problemOf} from '../support/problems.ts'
import {LoginStage} from './login-stage.ts'

describe('signing in at the Superset service', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())
  afterEach(() => {
    sandbox.faults.token.clear()
    sandbox.faults.api.clear()
  })

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
    assert.deepEqual(stage.opened, [await stage.address()])
    assert.deepEqual(stage.remembered, [acme.id])
    const {binding} = stage.committed[0]!
    assert.equal(binding.replayPolicy, 'user')
    assert.equal(binding.resource, sandbox.url)
    assert.equal(binding.tokenEndpoint, `${sandbox.url}/api/auth/oauth2/token`)
    assert.equal(binding.revocationEndpoint, `${sandbox.url}/api/auth/oauth2/revoke`)
    assert.ok(stage.tokens?.refreshToken)
    assert.equal(stage.tokens.lifetimeMs, 604_800_000)
    assert.equal(expiresAt?.getTime(), stage.tokens.expiresAt)
    const headers = {authorization: `Bearer ${stage.tokens.accessToken}`}
    assert.equal((await fetch(`${sandbox.url}/api/trpc/user.me`, {headers})).status, 200)
  })

  it('row 78: signs in with the code that the page on another machine shows', async () => {
    await using stage = await LoginStage.open(sandbox.url, {request: {interactive: false}})
    const result = stage.login()
    const {pasted} = await approve(await stage.address('paste'), {user: sandbox.users.bea})
    stage.paste('')
    stage.paste('what is this')
    stage.paste(`${pasted!.split('#')[0]}#somebody-else`)
    stage.paste(`  ${pasted} `)
    assert.equal((await result).account, sandbox.users.bea.email)
    assert.ok(stage.told.some((line) => /not a sign-in code/.test(line)))
    assert.ok(stage.told.some((line) => /another sign-in attempt/.test(line)))
    assert.ok(stage.tokens?.refreshToken)
  })

  it('row 78: takes the address that a browser elsewhere could not load', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const {redirect} = await approve(await stage.address(), {follow: false})
    stage.paste(redirect.href)
    assert.equal((await result).account, sandbox.users.admin.email)
  })

  it('row 74: says when the person declined, and stores nothing', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const {answer} = await approve(await stage.address(), {deny: true})
    const problem = await problemOf(result, 'AUTH_DECLINED')
    assert.equal(problem.exit, 77)
    assert.equal(problem.message, 'Sign-in was declined.')
    assert.match(answer?.body ?? '', /declined/)
    assert.deepEqual(stage.committed, [])
  })

  it('row 72: goes on after a stale tab, and says so', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const address = await stage.address()
    const redirectUri = new URL(address).searchParams.get('redirect_uri')
    assert.equal((await fetch(`${redirectUri}?code=x&state=stale`)).status, 400)
    await approve(address)
    await result
    assert.ok(stage.told.includes('Ignored 1 callback from an older sign-in tab; use the newest one.'))
  })

  it('row 73: refuses an answer that names another issuer', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const {redirect} = await approve(await stage.address(), {follow: false})
    redirect.searchParams.set('iss', 'https://evil.example.test')
    assert.equal((await fetch(redirect)).status, 400)
    const problem = await problemOf(result, 'AUTH_WRONG_ISSUER')
    assert.equal(problem.exit, 77)
    assert.equal(problem.message, `Answer came from https://evil.example.test, expected ${sandbox.url}.`)
    assert.deepEqual(stage.committed, [])
  })

  it('row 76: times out, says what was ignored, and lists the other ways', async () => {
    await using stage = await LoginStage.open(sandbox.url, {ports: {timeoutMs: 500 * (await measureSlowness())}})
    const result = stage.login()
    const redirectUri = new URL(await stage.address()).searchParams.get('redirect_uri')
    await fetch(`${redirectUri}?code=x&state=stale`)
    const problem = await problemOf(result, 'AUTH_TIMED_OUT')
    assert.equal(problem.exit, 4)
    assert.match(problem.message, /Ignored 1 callback/)
    assert.ok(problem.suggestions.some((next) => next.includes('--with-api-key')))
    await assert.rejects(fetch(`${redirectUri}`), 'the port must be closed')
  })

  it('row 85: Ctrl-C stores nothing and closes the port', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const controller = new AbortController()
    const result = stage.login({signal: controller.signal})
    const redirectUri = new URL(await stage.address()).searchParams.get('redirect_uri')
    controller.abort()
    const problem = await problemOf(result, 'AUTH_CANCELLED')
    assert.equal(problem.exit, 130)
    assert.equal(problem.message, 'Cancelled; previous session unchanged.')
    await assert.rejects(fetch(`${redirectUri}`))
    assert.deepEqual(stage.committed, [])
  })

  it('row 85: Ctrl-C while the code is redeemed stores nothing', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const controller = new AbortController()
    const fault = sandbox.faults.token.add({hold: 'before'})
    const result = stage.login({signal: controller.signal})
    const approved = approve(await stage.address())
    await fault.held()
    controller.abort()
    assert.equal((await problemOf(result, 'AUTH_CANCELLED')).exit, 130)
    fault.release()
    assert.match((await approved).answer?.body ?? '', /not completed/)
    assert.deepEqual(stage.committed, [])
  })

  it('row 81: tries the exchange once more, then says that nothing was changed', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    sandbox.faults.token.add({answer: {status: 502, body: '<html>Bad gateway</html>'}, times: 2})
    const result = stage.login()
    const {answer} = await approve(await stage.address())
    const problem = await problemOf(result, 'AUTH_NOT_COMPLETED')
    assert.equal(problem.exit, 75)
    assert.ok(problem.retryable)
    assert.match(problem.message, /^Could not complete sign-in; nothing was changed\./)
    assert.match(answer?.body ?? '', /not completed/)
    assert.deepEqual(stage.committed, [])
  })

  it('row 81: a single fault of the token endpoint does not spoil the sign-in', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    sandbox.faults.token.add({cut: 'before'})
    const result = stage.login()
    await approve(await stage.address())
    assert.equal((await result).account, sandbox.users.admin.email)
  })

  it('row 81: a refused code is told with the reason', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const state = new URL(await stage.address()).searchParams.get('state')
    stage.paste(`no-such-code#${state}`)
    const problem = await problemOf(result, 'AUTH_REFUSED')
    assert.match(problem.message, /invalid_grant/)
    assert.equal(problem.exit, 4)
  })

  it('row 53: probes the storage before anything is opened or sent', async () => {
    const asked: string[] = []
    await using stage = await LoginStage.open(sandbox.url, {
      ports: {
        probe: () => Promise.reject(new Error('no keyring')),
        send: (request) => (asked.push(request.url), send(request)),
      },
    })
    await assert.rejects(stage.login({storage: 'keychain'}), /no keyring/)
    assert.deepEqual([asked, stage.opened, stage.told], [[], [], []])
  })

  it('row 82: a new session that cannot be saved is given back, and nothing of the old one is touched', async () => {
    const full = new Problem({code: 'STORE_FULL', message: 'No space to save credentials.', exit: 74})
    await using stage = await LoginStage.open(sandbox.url, {ports: {commit: () => Promise.reject(full)}})
    const alive = sandbox.liveRefreshTokens(sandbox.users.bea.id)
    const result = stage.login()
    await approve(await stage.address(), {user: sandbox.users.bea})
    assert.equal(await problemOf(result, 'STORE_FULL'), full)
    assert.deepEqual([sandbox.liveRefreshTokens(sandbox.users.bea.id), stage.retired, stage.remembered], [alive, 0, []])
  })

  it('row 83: refuses another account without a terminal, and gives the new session back', async () => {
    const holder = {issuer: sandbox.url, subject: sandbox.users.admin.id, account: sandbox.users.admin.email}
    await using stage = await LoginStage.open(sandbox.url, {holder, request: {interactive: false}})
    const alive = sandbox.liveRefreshTokens(sandbox.users.bea.id)
    const result = stage.login()
    await approve(await stage.address(), {user: sandbox.users.bea})
    const problem = await problemOf(result, 'AUTH_OTHER_ACCOUNT')
    assert.equal(problem.exit, 77)
    assert.equal(problem.message, `Signed in as ${sandbox.users.bea.email}, profile is ${sandbox.users.admin.email}.`)
    assert.deepEqual(stage.committed, [])
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.bea.id), alive)
  })

  it('row 83: asks on a terminal; --replace asks nobody; the same account is not asked about', async () => {
    const holder = {issuer: sandbox.url, subject: sandbox.users.admin.id, account: sandbox.users.admin.email}
    const {bea, admin} = sandbox.users
    for (const [user, options, questions] of [
      [bea, {}, 1],
      [bea, {replace: true}, 0],
      [admin, {}, 0],
    ] as const) {
      await using stage = await LoginStage.open(sandbox.url, {holder, answer: true})
      const result = stage.login(options)
      await approve(await stage.address(), {user})
      assert.equal((await result).account, user.email)
      assert.equal(stage.questions.length, questions)
    }
  })

  it('acts on the organization that was named, by id or slug, not on that of the consent page', async () => {
    const {acme, team} = sandbox.organizations
    for (const named of [team.id, team.slug]) {
      await using stage = await LoginStage.open(sandbox.url)
      const result = stage.login({organization: named})
      await approve(await stage.address(), {organization: acme.slug})
      assert.deepEqual((await result).organization, {id: team.id, name: team.name})
      assert.deepEqual(stage.remembered, [team.id])
    }
  })

  it('keeps the sign-in and lists the organizations when the named one is unknown', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login({organization: 'nope'})
    await approve(await stage.address())
    const problem = await problemOf(result, 'ORGANIZATION_UNKNOWN')
    assert.equal(problem.exit, 2)
    assert.match(problem.message, /acme \(Acme Robotics\)/)
    assert.equal(stage.committed.length, 1)
    assert.deepEqual(stage.remembered, [])
  })

  it('is signed in although the API is busy with the question for organizations', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    sandbox.faults.api.add({answer: {status: 503, body: 'busy'}, times: 2})
    const result = stage.login()
    await approve(await stage.address(), {organization: 'acme'})
    assert.deepEqual((await result).organization, {id: sandbox.organizations.acme.id})
    assert.ok(stage.told.some((line) => line.startsWith('Signed in, but your organization is not known yet')))
  })

  it('row 86: refuses in CI, where nobody opens the address, unless --no-browser says that somebody does', async () => {
    const request = {agentMode: true, interactive: false}
    await using stage = await LoginStage.open(sandbox.url, {browser: false, request})
    const problem = await problemOf(stage.login(), 'AUTH_REQUIRED')
    assert.equal(problem.exit, 4)
    assert.equal(problem.message, 'Not signed in (no terminal).')
    assert.equal(problem.suggestions[0], 'Set SUPERSET_API_KEY.')
    const result = stage.login({browser: false})
    await approve(await stage.address())
    assert.equal((await result).account, sandbox.users.admin.email)
  })

  it('row 45: says that the machine is offline before any browser opens', async () => {
    const failure = new NetworkFailure({phase: 'not-sent', kind: 'dns', host: 'api.example.test', detail: 'no name'})
    await using stage = await LoginStage.open('https://api.example.test', {
      ports: {send: () => Promise.reject(failure)},
    })
    const problem = await problemOf(stage.login(), 'NETWORK_UNREACHABLE')
    assert.equal(problem.exit, 75)
    assert.equal(problem.message, 'Cannot reach api.example.test (DNS). You appear to be offline.')
    assert.deepEqual(stage.opened, [])
  })

  it('never shows a code, token or verifier', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    const {redirect} = await approve(await stage.address())
    await result
    const text = stage.told.join('\n')
    const {accessToken, refreshToken} = stage.tokens!
    for (const secret of [accessToken, refreshToken!, redirect.searchParams.get('code')!])
      assert.ok(!text.includes(secret))
    assert.match(text, /code_challenge=/)
    assert.doesNotMatch(text, /code_verifier/)
  })
})
