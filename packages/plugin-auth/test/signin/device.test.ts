import {
  approveOidc,
  type Fault,
  type OidcProvider,
  type Sandbox,
  startOidcProvider,
  startSandbox,
} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {send} from '../../src/network/http-request.ts'
import {problemOf} from '../support/problems.ts'
import {DeviceClock} from './device-clock.ts'
import {LoginStage} from './login-stage.ts'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const pause = () => {}

describe('signing in with a code on another device', () => {
  let sandbox: Sandbox
  let provider: OidcProvider
  before(async () => {
    sandbox = await startSandbox()
    provider = await startOidcProvider({resource: sandbox.url})
    sandbox.trust(provider.url)
  })
  after(async () => {
    await provider.close()
    await sandbox.close()
  })
  afterEach(() => {
    for (const faults of Object.values(provider.faults)) faults.clear()
    provider.journal.reset()
  })

  /** A person whose time passes as planned: one plan for each wait. */
  async function open(
    plans: ReadonlyArray<(stage: LoginStage) => Promise<unknown> | void>,
    changes: Parameters<typeof LoginStage.open>[1] = {},
  ) {
    const clock = new DeviceClock(...plans.map((plan) => () => plan(stage)))
    const stage = await LoginStage.open(sandbox.url, {
      ...changes,
      request: {issuer: {value: provider.url, source: 'flag'}, ...changes.request},
      ports: {waiting: clock, ...changes.ports},
    })
    return {clock, stage}
  }

  const lineAfter = (stage: LoginStage, pattern: RegExp) =>
    stage.told[stage.told.findIndex((line) => pattern.test(line)) + 1]?.trim() ?? ''
  const approve = (stage: LoginStage) =>
    approveOidc(lineAfter(stage, /^Open this address/), {
      userCode: lineAfter(stage, /enter this code/),
      email: sandbox.users.admin.email,
    })
  const polls = () => provider.journal.counters.token[DEVICE]

  it('row 84: waits while nobody has decided, then stores tokens that the API takes', async () => {
    const {clock, stage} = await open([pause, pause, approve])
    await using _stage = stage
    const {account, issuer, scheme} = await stage.login({method: 'device'})
    assert.deepEqual([account, issuer, scheme], [sandbox.users.admin.email, provider.url, 'bearer'])
    assert.deepEqual(clock.seconds, [5, 5, 5], 'five seconds where the issuer names no interval')
    assert.deepEqual(stage.opened, [], 'no browser is started')
    assert.match(lineAfter(stage, /enter this code/), /^[A-Z]{4}-[A-Z]{4}$/)
    assert.match(stage.told.at(-1) ?? '', /good for 10 minutes/)
    assert.ok(stage.tokens?.refreshToken)
    const headers = {authorization: `Bearer ${stage.tokens.accessToken}`}
    assert.equal((await fetch(`${sandbox.url}/api/trpc/user.me`, {headers})).status, 200)
  })

  it('shows the address with the code in it, for a camera too where there is a terminal', async () => {
    for (const interactive of [true, false]) {
      const {stage} = await open([approve], {request: {interactive}})
      await using _stage = stage
      await stage.login({method: 'device'})
      assert.match(lineAfter(stage, /which holds the code/), /\/device\?user_code=[A-Z]{4}-[A-Z]{4}$/)
      assert.equal(
        stage.told.some((line) => /^[█▀▄ ]{25,}$/.test(line)),
        interactive,
      )
    }
  })

  const FAULTS: Readonly<Record<string, {readonly fault: Fault; readonly seconds: readonly number[]}>> = {
    'a connection that is cut': {fault: {cut: 'before'}, seconds: [5, 10, 5]},
    'an answer that breaks off': {
      fault: {answer: {status: 200, body: '{"access_to'}, cut: 'within'},
      seconds: [5, 10, 5],
    },
    'a server that is down': {fault: {answer: {status: 502, body: '<html>Bad gateway</html>'}}, seconds: [5, 10, 5]},
    'a server that says for how long it is down': {
      fault: {answer: {status: 503, headers: {'retry-after': '40'}}},
      seconds: [5, 40, 5],
    },
    'too many requests, in plain words': {
      fault: {answer: {status: 429, body: 'Too many requests'}},
      seconds: [5, 10, 5],
    },
    'a page that is no answer': {fault: {answer: {status: 200, body: 'Welcome to our Wi-Fi'}}, seconds: [5, 10, 5]},
    'several faults in a row': {fault: {cut: 'before', times: 5}, seconds: [5, 10, 20, 40, 60, 60, 5]},
    'a request to slow down': {fault: {answer: {status: 400, body: {error: 'slow_down'}}}, seconds: [5, 10, 10]},
    'two requests to slow down': {
      fault: {answer: {status: 400, body: {error: 'slow_down'}}, times: 2},
      seconds: [5, 10, 15, 15],
    },
  }
  for (const [name, {fault, seconds}] of Object.entries(FAULTS)) {
    it(`row 84: goes on after ${name}`, async () => {
      provider.faults.token.add({grant: DEVICE, ...fault})
      const waits = seconds.length - 1
      const {clock, stage} = await open([...Array.from({length: waits}, () => pause), approve])
      await using _stage = stage
      await stage.login({method: 'device'})
      assert.deepEqual(clock.seconds, seconds)
      assert.ok(stage.tokens?.refreshToken)
    })
  }

  it('keeps to the interval that the issuer names', async () => {
    await using hasty = await startOidcProvider({resource: sandbox.url, devicePollSeconds: 1})
    sandbox.trust(hasty.url)
    const {clock, stage} = await open([pause, approve], {request: {issuer: {value: hasty.url, source: 'flag'}}})
    await using _stage = stage
    await stage.login({method: 'device'})
    assert.deepEqual(clock.seconds, [1, 1])
  })

  it('row 84: stops when the code has expired, by its own clock or by the word of the issuer', async () => {
    const {clock, stage} = await open([])
    await using _stage = stage
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_CODE_EXPIRED')
    assert.equal(problem.message, 'The code expired.')
    assert.equal(problem.exit, 4)
    assert.ok(
      problem.suggestions.some((next) => next.includes('--no-browser')),
      'row 76: the other ways',
    )
    assert.ok(problem.suggestions.some((next) => next.includes('--with-api-key')))
    assert.equal(clock.elapsed(), 600_000)
    provider.faults.token.add({grant: DEVICE, answer: {status: 400, body: {error: 'expired_token'}}})
    const {stage: told} = await open([])
    await using _told = told
    assert.equal((await problemOf(told.login({method: 'device'}), 'AUTH_CODE_EXPIRED')).exit, 4)
    assert.deepEqual([stage.committed, told.committed], [[], []])
  })

  it('row 84: an outage as long as the code ends with the code, not before', async () => {
    provider.faults.token.add({grant: DEVICE, cut: 'before', times: 1000})
    const {clock, stage} = await open([])
    await using _stage = stage
    await problemOf(stage.login({method: 'device'}), 'AUTH_CODE_EXPIRED')
    assert.equal(clock.elapsed(), 600_000)
    assert.ok(Number(polls()) < 16, `${polls()} requests`)
  })

  it('row 74: says when the person declined, and stores nothing', async () => {
    const deny = async (stage: LoginStage) =>
      approveOidc(lineAfter(stage, /which holds the code/), {deny: true}).catch(() => {})
    const {stage} = await open([deny])
    await using _stage = stage
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_DECLINED')
    assert.deepEqual([problem.exit, problem.message], [77, 'Sign-in was declined.'])
    assert.deepEqual(stage.committed, [])
  })

  it('row 81: says that nothing was changed when the answer with the tokens was lost', async () => {
    provider.faults.token.add({grant: DEVICE, cut: 'after'})
    const {stage} = await open([approve])
    await using _stage = stage
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_NOT_COMPLETED')
    assert.equal(problem.exit, 75)
    assert.match(problem.message, /answer was lost/)
  })

  it('row 85: Ctrl-C stores nothing, while it waits and while it asks', async () => {
    for (const asking of [false, true]) {
      const controller = new AbortController()
      const held = asking ? provider.faults.token.add({grant: DEVICE, hold: 'before'}) : undefined
      const {stage} = await open([() => (asking ? undefined : controller.abort())])
      await using _stage = stage
      const result = stage.login({method: 'device', signal: controller.signal})
      await held?.held()
      controller.abort()
      const problem = await problemOf(result, 'AUTH_CANCELLED')
      assert.deepEqual([problem.exit, problem.message], [130, 'Cancelled; previous session unchanged.'])
      held?.release()
      assert.deepEqual(stage.committed, [])
    }
  })

  const device = (changes: Record<string, unknown>) => ({
    answer: {
      status: 200,
      body: {
        device_code: 'd',
        user_code: 'ABCD-EFGH',
        verification_uri: `${provider.url}/device`,
        expires_in: 600,
        ...changes,
      },
    },
  })

  it('row 84: refuses a page that is not on the issuer, before anything is shown', async () => {
    const other = sandbox.url
    for (const changes of [
      {verification_uri: 'http://login.evil.test/device'},
      {verification_uri: 'https://login.evil.test/device'},
      {verification_uri: `${other}/device`},
      {verification_uri: 'javascript:alert(1)'},
      {verification_uri: `${provider.url.replace('//', '//login.acme.test@')}/device`},
      {verification_uri: 'not an address \u001b[2J'},
      {verification_uri_complete: 'https://login.evil.test/device?user_code=ABCD-EFGH'},
    ]) {
      provider.faults.device.add(device(changes))
      const {stage} = await open([])
      await using _stage = stage
      const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_PAGE_REFUSED')
      assert.equal(problem.exit, 77)
      assert.match(problem.message, /^Refused: \S.* is not on http:\/\/127\.0\.0\.1:\d+\.$/)
      assert.doesNotMatch(problem.message, /\p{C}/u)
      assert.deepEqual(stage.told, [])
    }

    assert.equal(polls(), undefined, 'no token is asked for')
  })

  it('row 84: prints no control characters of a user code', async () => {
    provider.faults.device.add(device({user_code: 'AB\u001b[2K\rCD\u202e-EFGH'}))
    provider.faults.token.add({grant: DEVICE, answer: {status: 400, body: {error: 'expired_token'}}})
    const {stage} = await open([])
    await using _stage = stage
    await problemOf(stage.login({method: 'device'}), 'AUTH_CODE_EXPIRED')
    assert.equal(lineAfter(stage, /enter this code/), 'AB[2KCD-EFGH')
    assert.doesNotMatch(stage.told.join('\n').replaceAll('\n', ''), /\p{C}/u)
  })

  it('tells a refusal and a broken answer of the device endpoint, and asks again after a lost one', async () => {
    const refuse = (status: number, body: unknown) => provider.faults.device.add({answer: {status, body}})
    refuse(400, {error: 'unauthorized_client', error_description: 'not for you'})
    const first = await open([])
    const refused = await problemOf(first.stage.login({method: 'device'}), 'AUTH_REFUSED')
    assert.equal(refused.exit, 78)
    assert.match(refused.message, /unauthorized_client: not for you/)
    refuse(200, {device_code: 'd'})
    const second = await open([])
    assert.equal((await problemOf(second.stage.login({method: 'device'}), 'AUTH_REFUSED')).exit, 77)
    provider.faults.device.add({cut: 'before'})
    const third = await open([approve])
    await third.stage.login({method: 'device'})
    for (const {stage} of [first, second, third]) await stage[Symbol.asyncDispose]()
  })

  it('stops at once where the token endpoint is not where it was said to be', async () => {
    for (const [status, headers] of [
      [404, {}],
      [302, {location: 'https://login.evil.test/token'}],
    ] as const) {
      provider.faults.token.add({grant: DEVICE, answer: {status, headers}})
      const {clock, stage} = await open([])
      await using _stage = stage
      const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_REFUSED')
      assert.equal(problem.exit, 78)
      assert.match(problem.message, status === 302 ? /pointing to login\.evil\.test/ : /HTTP 404/)
      assert.equal(clock.pauses.length, 1)
    }
  })

  it('row 78: is used where no browser can be started and the issuer offers it', async () => {
    const {stage} = await open([approve], {browser: false})
    await using _stage = stage
    assert.equal((await stage.login()).account, sandbox.users.admin.email)
    assert.equal(polls(), 1)
  })

  it('row 78: is not used where the policy forbids it, where an address was asked for, or where a browser opens', async () => {
    const policy = {file: '/etc/superset/policy.json', methods: ['browser']} as const
    for (const [changes, options] of [
      [{browser: false, request: {policy}}, {}],
      [{browser: false}, {browser: false}],
      [{}, {}],
    ] as const) {
      const {stage} = await open([], changes)
      await using _stage = stage
      const result = stage.login(options)
      await approveOidc(await stage.address(), {email: sandbox.users.admin.email})
      await result
      assert.equal(polls(), undefined)
    }
  })

  it('row 86: never by itself in CI; when asked for, also there', async () => {
    const request = {agentMode: true, interactive: false}
    const {stage} = await open([approve], {browser: false, request})
    await using _stage = stage
    const problem = await problemOf(stage.login(), 'AUTH_REQUIRED')
    assert.equal(problem.exit, 4)
    assert.equal(provider.journal.counters.requests, 0)
    assert.equal((await stage.login({method: 'device'})).account, sandbox.users.admin.email)
  })

  it('row 76: the browser flow names it among the other ways of an issuer that has it', async () => {
    for (const [issuer, offered] of [
      [provider.url, true],
      [sandbox.url, false],
    ] as const) {
      const changes = {ports: {timeoutMs: 50}, request: {issuer: {value: issuer, source: 'flag' as const}}}
      const {stage} = await open([], changes)
      await using _stage = stage
      const {suggestions} = await problemOf(stage.login(), 'AUTH_TIMED_OUT')
      assert.equal(
        suggestions.some((next) => next.includes('--device')),
        offered,
      )
    }
  })

  it('says which issuer does not offer it', async () => {
    await using stage = await LoginStage.open(sandbox.url, {ports: {send}})
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_DEVICE_UNSUPPORTED')
    assert.equal(problem.exit, 78)
    assert.equal(problem.message, `${sandbox.url} offers no sign-in with a code on another device.`)
  })

  it('says that no sign-in is needed where a workload identity is configured', async () => {
    const workload = {value: {from: 'github'}, source: 'env:SUPERSET_WORKLOAD_IDENTITY'} as const
    const {stage} = await open([], {request: {workload}})
    await using _stage = stage
    const problem = await problemOf(stage.login(), 'AUTH_LOGIN_NOT_NEEDED')
    assert.match(problem.message, /workload identity github \(from SUPERSET_WORKLOAD_IDENTITY\), and nothing is stored/)
    assert.equal(provider.journal.counters.requests, 0)
  })
})
