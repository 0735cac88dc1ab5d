import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {isProblem} from '@superset/identity'
import {AcmeProvider} from '../src/provider.ts'
import {signIn} from '../src/sign-in.ts'
import {Store} from '../src/store.ts'
import {Gateway} from './gateway.ts'
import {requestFor} from './request.ts'

const HOUR_MS = 3_600_000
const API = 'https://superset.acme.example'

describe('signing in and out at the gateway', () => {
  const provider = new AcmeProvider()
  let gateway: Gateway
  let homeDir: string
  /** How long what the gateway gives lasts. */
  let lifeMs: number
  let given: number

  beforeEach(async () => {
    homeDir = await mkdtemp(path.join(tmpdir(), 'acme-'))
    lifeMs = HOUR_MS
    given = 0
    const issue = () => ({token: `token-${++given}`, expiresAt: new Date(Date.now() + lifeMs)})
    gateway = await Gateway.start({apiUrl: API, issue})
  })
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]()
    await rm(homeDir, {recursive: true})
  })

  const enter = (code: string | undefined, {replace = false, request = requestFor(homeDir), at = gateway.url} = {}) =>
    signIn(request, {gateway: at, replace, readCode: async () => code})
  const logout = () => provider.logout(requestFor(homeDir))
  const session = () => provider.session(requestFor(homeDir))

  async function refusal(attempt: Promise<unknown>): Promise<string> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isProblem(error), String(error))
    return `${error.code} ${error.exit}`
  }

  it('a code becomes a session for the API that the gateway names', async () => {
    const {account, apiUrl} = await enter(gateway.codeFor('ada@acme.example'))
    assert.deepEqual([account, apiUrl], ['ada@acme.example', API])
    const found = await session()
    assert.deepEqual([found?.account, found?.issuer, await found?.token()], [account, gateway.url, 'token-1'])
    assert.deepEqual(await provider.profiles(requestFor(homeDir)), ['default'])
  })

  it('a code that is wrong or was used: refused, and nobody is signed in', async () => {
    assert.equal(await refusal(enter('wrong')), 'AUTH_CODE_REFUSED 77')
    assert.equal(await refusal(enter(undefined)), 'USAGE_CODE_MISSING 2')
    assert.equal(await session(), undefined)
  })

  it('a gateway without https gets no code', async () => {
    assert.equal(await refusal(enter('code', {at: 'http://gateway.acme.example'})), 'GATEWAY_UNUSABLE 78')
  })

  it('where nothing can be kept, no code is used up', async () => {
    await writeFile(path.join(homeDir, 'file'), '')
    const request = requestFor(path.join(homeDir, 'file'))
    assert.equal(await refusal(enter(gateway.codeFor('ada'), {request})), 'STORE_UNUSABLE 74')
    assert.deepEqual(gateway.asked, [])
  })

  it('a run about another API: refused, and the gateway forgets what it gave', async () => {
    const request = requestFor(homeDir, {apiUrl: {value: 'https://other.example', source: 'env:SUPERSET_API_URL'}})
    assert.equal(await refusal(enter(gateway.codeFor('ada'), {request})), 'ORIGIN_MISMATCH 78')
    assert.equal(gateway.devices.size, 0)
  })

  it('another account takes no profile over unless it is told to', async () => {
    await enter(gateway.codeFor('ada'))
    assert.equal(await refusal(enter(gateway.codeFor('grace'))), 'AUTH_OTHER_ACCOUNT 77')
    assert.equal((await session())?.account, 'ada')
    await enter(gateway.codeFor('grace'), {replace: true})
    assert.equal((await session())?.account, 'grace')
    assert.equal(gateway.devices.size, 1, 'the gateway was told that the machine of before is gone')
  })

  it('what ends soon is renewed; a gateway that is down fails nobody whose credential still serves', async () => {
    lifeMs = 30_000
    await enter(gateway.codeFor('ada'))
    gateway.failing = 503
    assert.equal(await (await session())?.token(), 'token-1')
    gateway.failing = undefined
    lifeMs = HOUR_MS
    assert.equal(await (await session())?.token(), 'token-2')
    assert.equal(await (await session())?.token(), 'token-2', 'it was kept')
    assert.equal(given, 2)
  })

  it('with an expired credential a gateway that is down is temporary, one that has forgotten us is the end', async () => {
    lifeMs = -1
    await enter(gateway.codeFor('ada'))
    gateway.failing = 503
    assert.equal(await refusal(session()), 'GATEWAY_UNAVAILABLE 75')
    gateway.failing = undefined
    gateway.devices.clear()
    assert.equal(await refusal(session()), 'AUTH_ENDED 4')
  })

  it('signing out forgets here and there, once', async () => {
    await enter(gateway.codeFor('ada'))
    assert.deepEqual(await logout(), {profile: 'default', account: 'ada', signedOut: true, revocation: 'revoked'})
    assert.equal(await session(), undefined)
    assert.equal(gateway.devices.size, 0)
    assert.equal((await logout()).signedOut, false)
  })

  it('signing out while the gateway is down forgets here, and says what is left to do', async () => {
    await enter(gateway.codeFor('ada'))
    gateway.failing = 503
    const {reason, revocation, signedOut} = await logout()
    assert.deepEqual([signedOut, revocation], [true, 'not-sent'])
    assert.match(reason ?? '', /Remove this machine/)
    assert.equal(await session(), undefined)
  })

  it('a renewal that is under way does not bring back who has signed out', async () => {
    await enter(gateway.codeFor('ada'))
    const store = new Store(homeDir)
    const enrolment = store.find('default')
    assert.ok(enrolment)
    await logout()
    assert.equal(store.renew('default', enrolment, {token: 'late', expiresAt: new Date()}), false)
    assert.equal(await session(), undefined)
  })
})
