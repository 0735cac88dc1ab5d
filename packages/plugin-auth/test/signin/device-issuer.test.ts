import {approveOidc} from '@superset/foreign-issuer'
import assert from 'node:assert/strict'
import {problemOf} from '../support/problems.ts'
import {DEVICE_GRANT, DeviceStage, lineAfter} from './device-stage.ts'
import {LoginStage} from './login-stage.ts'

describe('the device grant of an issuer', () => {
  let scene: DeviceStage
  before(async () => {
    scene = await DeviceStage.open()
  })
  after(() => scene[Symbol.asyncDispose]())
  afterEach(() => scene.reset())

  const device = (changes: Record<string, unknown>) => ({
    answer: {
      status: 200,
      body: {
        device_code: 'd',
        user_code: 'ABCD-EFGH',
        verification_uri: `${scene.provider.url}/device`,
        expires_in: 600,
        ...changes,
      },
    },
  })

  it('row 84: refuses a page that is not on the issuer, before anything is shown', async () => {
    const other = scene.sandbox.url
    for (const changes of [
      {verification_uri: 'http://login.evil.test/device'},
      {verification_uri: 'https://login.evil.test/device'},
      {verification_uri: `${other}/device`},
      {verification_uri: 'javascript:alert(1)'},
      {verification_uri: `${scene.provider.url.replace('//', '//login.acme.test@')}/device`},
      {verification_uri: 'not an address \u001b[2J'},
      {verification_uri_complete: 'https://login.evil.test/device?user_code=ABCD-EFGH'},
    ]) {
      scene.provider.faults.device.add(device(changes))
      const {stage} = await scene.person([])
      await using _stage = stage
      const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_PAGE_REFUSED')
      assert.equal(problem.exit, 77)
      assert.match(problem.message, /^Refused: \S.* is not on http:\/\/127\.0\.0\.1:\d+\.$/)
      assert.doesNotMatch(problem.message, /\p{C}/u)
      assert.deepEqual(stage.told, [])
    }

    assert.equal(scene.polls, undefined, 'no token is asked for')
  })

  it('row 84: prints no control characters of a user code', async () => {
    scene.provider.faults.device.add(device({user_code: 'AB\u001b[2K\rCD\u202e-EFGH'}))
    scene.provider.faults.token.add({grant: DEVICE_GRANT, answer: {status: 400, body: {error: 'expired_token'}}})
    const {stage} = await scene.person([])
    await using _stage = stage
    await problemOf(stage.login({method: 'device'}), 'AUTH_CODE_EXPIRED')
    assert.equal(lineAfter(stage, /enter this code/), 'AB[2KCD-EFGH')
    assert.doesNotMatch(stage.told.join('\n').replaceAll('\n', ''), /\p{C}/u)
  })

  it('tells a refusal and a broken answer of the device endpoint, and asks again after a lost one', async () => {
    const refuse = (status: number, body: unknown) => scene.provider.faults.device.add({answer: {status, body}})
    refuse(400, {error: 'unauthorized_client', error_description: 'not for you'})
    const first = await scene.person([])
    const refused = await problemOf(first.stage.login({method: 'device'}), 'AUTH_REFUSED')
    assert.equal(refused.exit, 78)
    assert.match(refused.message, /unauthorized_client: not for you/)
    refuse(200, {device_code: 'd'})
    const second = await scene.person([])
    assert.equal((await problemOf(second.stage.login({method: 'device'}), 'AUTH_REFUSED')).exit, 77)
    scene.provider.faults.device.add({cut: 'before'})
    const third = await scene.person([scene.enterCode])
    await third.stage.login({method: 'device'})
    for (const {stage} of [first, second, third]) await stage[Symbol.asyncDispose]()
  })

  it('stops at once where the token endpoint is not where it was said to be', async () => {
    for (const [status, headers] of [
      [404, {}],
      [302, {location: 'https://login.evil.test/token'}],
    ] as const) {
      scene.provider.faults.token.add({grant: DEVICE_GRANT, answer: {status, headers}})
      const {clock, stage} = await scene.person([])
      await using _stage = stage
      const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_REFUSED')
      assert.equal(problem.exit, 78)
      assert.match(problem.message, status === 302 ? /pointing to login\.evil\.test/ : /HTTP 404/)
      assert.equal(clock.pauses.length, 1)
    }
  })

  it('row 78: is used where no browser can be started and the issuer offers it', async () => {
    const {stage} = await scene.person([scene.enterCode], {browser: false})
    await using _stage = stage
    assert.equal((await stage.login()).account, scene.sandbox.users.admin.email)
    assert.equal(scene.polls, 1)
  })

  it('row 78: is not used where the policy forbids it, where an address was asked for, or where a browser opens', async () => {
    const policy = {file: '/etc/superset/policy.json', methods: ['browser']} as const
    for (const [changes, options] of [
      [{browser: false, request: {policy}}, {}],
      [{browser: false}, {browser: false}],
      [{}, {}],
    ] as const) {
      const {stage} = await scene.person([], changes)
      await using _stage = stage
      const result = stage.login(options)
      await approveOidc(await stage.address(), {email: scene.sandbox.users.admin.email})
      await result
      assert.equal(scene.polls, undefined)
    }
  })

  it('row 86: never by itself in CI; when asked for, also there', async () => {
    const request = {agentMode: true, interactive: false}
    const {stage} = await scene.person([scene.enterCode], {browser: false, request})
    await using _stage = stage
    const problem = await problemOf(stage.login(), 'AUTH_REQUIRED')
    assert.equal(problem.exit, 4)
    assert.equal(scene.provider.journal.counters.requests, 0)
    assert.equal((await stage.login({method: 'device'})).account, scene.sandbox.users.admin.email)
  })

  it('row 76: the browser flow names it among the other ways of an issuer that has it', async () => {
    for (const [issuer, offered] of [
      [scene.provider.url, true],
      [scene.sandbox.url, false],
    ] as const) {
      const changes = {ports: {timeoutMs: 50}, request: {issuer: {value: issuer, source: 'flag' as const}}}
      const {stage} = await scene.person([], changes)
      await using _stage = stage
      const {suggestions} = await problemOf(stage.login(), 'AUTH_TIMED_OUT')
      assert.equal(
        suggestions.some((next) => next.includes('--device')),
        offered,
      )
    }
  })

  it('says which issuer does not offer it', async () => {
    await using stage = await LoginStage.open(scene.sandbox.url)
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_DEVICE_UNSUPPORTED')
    assert.equal(problem.exit, 78)
    assert.equal(problem.message, `${scene.sandbox.url} offers no sign-in with a code on another device.`)
  })

  it('says that no sign-in is needed where a workload identity is configured', async () => {
    const workload = {value: {from: 'github'}, source: 'env:SUPERSET_WORKLOAD_IDENTITY'} as const
    const {stage} = await scene.person([], {request: {workload}})
    await using _stage = stage
    const problem = await problemOf(stage.login(), 'AUTH_LOGIN_NOT_NEEDED')
    assert.match(problem.message, /workload identity github \(from SUPERSET_WORKLOAD_IDENTITY\), and nothing is stored/)
    const other = await scene.person([])
    await using _other = other.stage
    assert.equal((await problemOf(other.stage.login({method: 'workload'}), 'AUTH_NO_WORKLOAD')).exit, 78)
    assert.equal(scene.provider.journal.counters.requests, 0)
  })
})
