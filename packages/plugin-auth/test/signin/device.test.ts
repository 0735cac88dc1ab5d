import {approveOidc, startOidcProvider} from '@superset/foreign-issuer'
import {type Fault} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {problemOf} from '../support/problems.ts'
import {DEVICE_GRANT, DeviceStage, lineAfter, type Plan} from './device-stage.ts'
import {fits} from '../../src/signin/device-flow.ts'
import type {LoginStage} from './login-stage.ts'

const pause: Plan = () => {}

describe('signing in with a code on another device', () => {
  let scene: DeviceStage
  before(async () => {
    scene = await DeviceStage.open()
  })
  after(() => scene[Symbol.asyncDispose]())
  afterEach(() => scene.reset())

  it('row 84: waits while nobody has decided, then stores tokens that the API takes', async () => {
    const {clock, stage} = await scene.person([pause, pause, scene.enterCode])
    await using _stage = stage
    const {account, issuer, scheme} = await stage.login({method: 'device'})
    assert.deepEqual([account, issuer, scheme], [scene.sandbox.users.admin.email, scene.provider.url, 'bearer'])
    assert.deepEqual(clock.seconds, [5, 5, 5], 'five seconds where the issuer names no interval')
    assert.deepEqual(stage.opened, [], 'no browser is started')
    assert.match(lineAfter(stage, /enter this code/), /^[A-Z]{4}-[A-Z]{4}$/)
    assert.match(stage.told.at(-1) ?? '', /good for 10 minutes/)
    assert.ok(stage.tokens?.refreshToken)
    const headers = {authorization: `Bearer ${stage.tokens.accessToken}`}
    assert.equal((await fetch(`${scene.sandbox.url}/api/trpc/user.me`, {headers})).status, 200)
  })

  it('shows the address with the code in it, for a camera too where there is a terminal', async () => {
    for (const interactive of [true, false]) {
      const {stage} = await scene.person([scene.enterCode], {request: {interactive}})
      await using _stage = stage
      await stage.login({method: 'device'})
      assert.match(lineAfter(stage, /which holds the code/), /\/device\?user_code=[A-Z]{4}-[A-Z]{4}$/)
      assert.equal(
        stage.told.some((line) => /^[█▀▄ ]{25,}$/.test(line)),
        interactive,
      )
    }
  })

  it('leaves out a code for cameras that the screen would cut off or scroll away', () => {
    const code = Array.from({length: 17}, () => '█'.repeat(33))
    for (const [screen, shown] of [
      [{}, true],
      [{columns: 33, rows: 20}, true],
      [{columns: 32, rows: 50}, false],
      [{columns: 80, rows: 19}, false],
    ] as const)
      assert.equal(fits(code, screen), shown, JSON.stringify(screen))
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
      scene.provider.faults.token.add({grant: DEVICE_GRANT, ...fault})
      const waits = seconds.length - 1
      const {clock, stage} = await scene.person([...Array.from({length: waits}, () => pause), scene.enterCode])
      await using _stage = stage
      await stage.login({method: 'device'})
      assert.deepEqual(clock.seconds, seconds)
      assert.ok(stage.tokens?.refreshToken)
    })
  }

  it('keeps to the interval that the issuer names', async () => {
    await using hasty = await startOidcProvider({resource: scene.sandbox.url, devicePollSeconds: 1})
    scene.sandbox.trust(hasty.url)
    const {clock, stage} = await scene.person([pause, scene.enterCode], {
      request: {issuer: {value: hasty.url, source: 'flag'}},
    })
    await using _stage = stage
    await stage.login({method: 'device'})
    assert.deepEqual(clock.seconds, [1, 1])
  })

  it('row 84: stops when the code has expired, by its own clock or by the word of the issuer', async () => {
    const {clock, stage} = await scene.person([])
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
    scene.provider.faults.token.add({grant: DEVICE_GRANT, answer: {status: 400, body: {error: 'expired_token'}}})
    const {stage: told} = await scene.person([])
    await using _told = told
    assert.equal((await problemOf(told.login({method: 'device'}), 'AUTH_CODE_EXPIRED')).exit, 4)
    assert.deepEqual([stage.committed, told.committed], [[], []])
  })

  it('row 84: an outage as long as the code ends with the code, not before', async () => {
    scene.provider.faults.token.add({grant: DEVICE_GRANT, cut: 'before', times: 1000})
    const {clock, stage} = await scene.person([])
    await using _stage = stage
    await problemOf(stage.login({method: 'device'}), 'AUTH_CODE_EXPIRED')
    assert.equal(clock.elapsed(), 600_000)
    assert.ok(Number(scene.polls) < 16, `${scene.polls} requests`)
  })

  it('row 74: says when the person declined, and stores nothing', async () => {
    const deny = async (stage: LoginStage) =>
      approveOidc(lineAfter(stage, /which holds the code/), {deny: true}).catch(() => {})
    const {stage} = await scene.person([deny])
    await using _stage = stage
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_DECLINED')
    assert.deepEqual([problem.exit, problem.message], [77, 'Sign-in was declined.'])
    assert.deepEqual(stage.committed, [])
  })

  it('row 81: says that nothing was changed when the answer with the tokens was lost', async () => {
    scene.provider.faults.token.add({grant: DEVICE_GRANT, cut: 'after'})
    const {stage} = await scene.person([scene.enterCode])
    await using _stage = stage
    const problem = await problemOf(stage.login({method: 'device'}), 'AUTH_NOT_COMPLETED')
    assert.equal(problem.exit, 75)
    assert.match(problem.message, /answer was lost/)
  })

  it('row 85: Ctrl-C stores nothing, while it waits and while it asks', async () => {
    for (const asking of [false, true]) {
      const controller = new AbortController()
      const held = asking ? scene.provider.faults.token.add({grant: DEVICE_GRANT, hold: 'before'}) : undefined
      const {stage} = await scene.person([() => (asking ? undefined : controller.abort())])
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
})
