import assert from 'node:assert/strict'
import {HTML, html} from './case.ts'
import {refreshHere} from './helper-here.ts'
import {json, Stage, text, type TokenAnswer} from './stage.ts'

/** What a run may meet in the place of the issuer's metadata. */
const FAILING: ReadonlyArray<readonly [name: string, answer: TokenAnswer, code: string]> = [
  ...[403, 404, 408, 500, 503, 504].map((status) => [`HTTP ${status}`, text(status, ''), 'AUTH_UNAVAILABLE'] as const),
  ['HTTP 429', text(429, 'slow down', {'x-retry-after': '60'}), 'AUTH_UNAVAILABLE'],
  ['HTTP 503 with Retry-After', text(503, '', {'retry-after': '60'}), 'AUTH_UNAVAILABLE'],
  ['a redirect to a portal', text(302, '', {location: 'http://127.0.0.1:1/'}), 'AUTH_UNAVAILABLE'],
  ['a portal’s web page', text(200, HTML, html), 'AUTH_WEB_PAGE'],
  ['a web page that calls itself JSON', text(200, HTML, {'content-type': 'application/json'}), 'AUTH_WEB_PAGE'],
  ['JSON that is no metadata', json(200, {login: 'http://127.0.0.1:1/'}), 'AUTH_UNAVAILABLE'],
  ['an empty answer', text(200, ''), 'AUTH_UNAVAILABLE'],
  ['half of the metadata', text(200, '{"issuer":"htt'), 'AUTH_UNAVAILABLE'],
  ['a reset', (response) => void response.destroy(), 'AUTH_UNAVAILABLE'],
]

describe('the network pre-flight', function () {
  let here: Disposable
  before(() => (here = refreshHere()))
  after(() => here[Symbol.dispose]())

  for (const [name, answer, code] of FAILING) {
    it(`row 23b: ${name}: nothing is presented, exit 75, and the session lives afterwards`, async () => {
      await using stage = await Stage.open('expired')
      const before = await stage.records()
      stage.metadataAnswer = answer
      const {exit, problem} = await stage.run()
      assert.deepEqual([exit, problem?.code], [75, code], problem?.message)
      assert.match(problem?.message ?? '', code === 'AUTH_WEB_PAGE' ? /captive portal/ : /session kept/)

      assert.deepEqual(stage.presented, [])
      assert.deepEqual(await stage.records(), before)
      stage.metadataAnswer = undefined
      stage.endPauses()
      assert.equal((await stage.run()).token, 'access-2')
      assert.deepEqual(stage.presented, ['refresh-1'])
    })
  }

  it('row 23b: with a valid token the command works, and nothing is presented', async () => {
    await using stage = await Stage.open('valid')
    stage.metadataAnswer = text(503, '')
    const {exit, token, told} = await stage.run()
    assert.deepEqual([exit, token, told, stage.presented], [0, 'access-1', [], []])
  })

  it('row 23b: the metadata of another issuer: nothing is presented, exit 78', async () => {
    await using stage = await Stage.open('expired')
    stage.namedIssuer = 'https://evil.test'
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code, stage.presented], [78, 'AUTH_ISSUER_MISMATCH', []])
  })

  it('row 23b: they are asked for on the very connection that carries the token, whatever is cached', async () => {
    await using stage = await Stage.open('expired', {binding: () => ({tokenEndpoint: undefined})})
    assert.equal((await stage.run()).token, 'access-2')
    const [found, looked, presented, ...more] = stage.asked.filter(({url}) => url !== '/api')
    assert.deepEqual(
      [found?.url, looked?.url, presented?.url, more],
      ['/.well-known/openid-configuration', '/.well-known/openid-configuration', '/token', []],
    )
    assert.notEqual(found?.connection, looked?.connection, 'how it was found, and cached')
    assert.equal(looked?.connection, presented?.connection)
  })

  it('row 23b: a server that closes after its answer gets the token on a connection made right afterwards', async () => {
    await using stage = await Stage.open('expired')
    stage.metadataAnswer = (response, token, on) => {
      response.setHeader('connection', 'close')
      on.metadata(response)
    }
    assert.equal((await stage.run()).token, 'access-2')
    const [looked, presented] = stage.asked
    assert.notEqual(looked?.connection, presented?.connection)
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  for (const how of ['end', 'resetAndDestroy', 'stray 408'] as const) {
    it(`row 23b: a server whose connections end unannounced (${how}): not sent on them, and renewed all the same`, async () => {
      await using stage = await Stage.open('expired')
      stage.metadataAnswer = (response, token, on) => {
        const {socket} = response
        response.once('finish', () => {
          if (how === 'stray 408') socket?.end('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n')
          else socket?.[how]()
        })
        on.metadata(response)
      }
      assert.equal((await stage.run()).token, 'access-2')
      assert.deepEqual(stage.presented, ['refresh-1'])
      const [looked, ...others] = stage.asked
      assert.notEqual(looked?.connection, others.at(-2)?.connection, 'the token')
    })
  }

  for (const [replayPolicy, looks] of [
    ['none', 0],
    ['session', 0],
    [{graceMs: 1000}, 1],
    ['user', 1],
  ] as const) {
    it(`row 23b: where a replay ends ${JSON.stringify(replayPolicy)}: ${looks} looks`, async () => {
      await using stage = await Stage.open('expired', {binding: () => ({replayPolicy})})
      assert.equal((await stage.run()).token, 'access-2')
      assert.deepEqual([stage.metadataAsked, stage.presented], [looks, ['refresh-1']])
    })
  }
})
