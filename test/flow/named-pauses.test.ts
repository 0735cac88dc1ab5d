import assert from 'node:assert/strict'
import {rotate, Stage, text, type TokenAnswer} from './stage.ts'

describe('a pause that the issuer names', function () {
  const quiet = (seconds: number): TokenAnswer => text(429, 'Too many requests.', {'x-retry-after': String(seconds)})

  it('row 19: it ends within the run’s budget: the run sits it out, and succeeds', async () => {
    await using stage = await Stage.open('expired', {answer: firstly(quiet(2))})
    const startedAt = Date.now()
    assert.equal((await stage.run()).token, 'access-2')
    assert.ok(Date.now() - startedAt >= 2000, 'it has waited')
    assert.deepEqual(stage.presented, ['refresh-1', 'refresh-1'])
  })

  it('row 19: the server insists: exit 75, the session is kept, and the next run sits out what is left', async () => {
    await using stage = await Stage.open('expired', {answer: quiet(2)})
    const before = await stage.records()
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code, problem?.retryAfterSeconds], [75, 'AUTH_RATE_LIMITED', 2])
    assert.deepEqual([stage.presented.length, await stage.records()], [3, before])
    stage.answer = rotate
    assert.equal((await stage.run()).token, 'access-2')
  })

  it('row 19: it is longer than a run may wait: exit 75 at once, and nothing is sent before it is over', async () => {
    await using stage = await Stage.open('expired', {answer: quiet(60)})
    assert.equal((await stage.run()).exit, 75)
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code, stage.presented.length], [75, 'AUTH_RATE_LIMITED', 1])
    stage.answer = rotate
    stage.endPauses()
    assert.equal((await stage.run()).token, 'access-2')
  })

  it('row 19: a valid token serves at once, and nobody waits', async () => {
    await using stage = await Stage.open('valid', {answer: quiet(2)})
    assert.deepEqual([(await stage.run()).exit, (await stage.run()).exit], [0, 0])
    assert.equal(stage.presented.length, 1)
  })

  it('row 23: a 503 that names one is not sent again in the run that saw it, and is by a later one', async () => {
    await using stage = await Stage.open('expired', {answer: firstly(text(503, '', {'retry-after': '2'}))})
    assert.equal((await stage.run()).exit, 75)
    assert.equal(stage.presented.length, 1)
    assert.equal((await stage.run()).token, 'access-2')
    assert.equal(stage.presented.length, 2)
  })
})

/** Once this, and from then on a token. */
function firstly(answer: TokenAnswer): TokenAnswer {
  let met = false
  return (response, token, stage) => {
    const next = met ? rotate : answer
    met = true
    return next(response, token, stage)
  }
}
