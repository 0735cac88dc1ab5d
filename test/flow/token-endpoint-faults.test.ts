import assert from 'node:assert/strict'
import {refreshTokenAlone} from './answered-cases.ts'
import {refreshHere} from './helper-here.ts'
import {Stage, text} from './stage.ts'
import {CASES, describeCases} from './token-endpoint-matrix.ts'

/** One of each kind of end. */
const WITH_HELPER = ['a wider scope is kept, and told once', '500', 'invalid_grant']

/**
 * Every answer of a token endpoint, with a token that serves (inside the leeway) and with an expired one, through the real
 * provider and a real server. The exchange is made in this process, as where no other can be started; a few are left to
 * the detached helper, and test/thorough leaves all of them to it. G3: a valid token works whatever comes. G2: no record is
 * lost.
 */
describe('token endpoint faults', () => {
  describe('answered to this process', () => {
    let here: Disposable
    before(() => (here = refreshHere()))
    after(() => here[Symbol.dispose]())
    describeCases(CASES)
  })

  describe('answered to the detached helper', () => {
    describeCases(CASES.filter(({name}) => WITH_HELPER.includes(name)))
  })

  it('row 31: a refresh token that comes alone, expired token: it is saved and used once, at once', async () => {
    await using stage = await Stage.open('expired', {answer: refreshTokenAlone})
    assert.equal((await stage.run()).token, 'access-3')
    assert.deepEqual(stage.presented, ['refresh-1', 'refresh-2'])
  })

  it('row 31: a refresh token that comes alone, valid token: it is saved beside the old access token', async () => {
    await using stage = await Stage.open('valid', {answer: refreshTokenAlone})
    assert.equal((await stage.run()).token, 'access-1')
    assert.deepEqual(await stage.stored().then(({accessToken, refreshToken}) => [accessToken, refreshToken]), [
      'access-1',
      'refresh-2',
    ])
    assert.equal((await stage.run()).exit, 0)
    assert.equal((await stage.run()).token, 'access-3')
    assert.deepEqual(stage.presented, ['refresh-1', 'refresh-2'])
  })

  it('row 31: no access token, twice in a row: exit 75, and not a third time', async () => {
    const answer = text(200, '{"refresh_token":"refresh-2"}')
    await using stage = await Stage.open('expired', {answer})
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code, stage.presented.length], [75, 'AUTH_ANSWER_LOST', 2])
  })

  it('row 19: the pause that one session was told holds for the others at that issuer', async () => {
    await using stage = await Stage.open('expired', {answer: text(429, '', {'retry-after': '60'})})
    await stage.signIn('work', 'expired', {tokens: {refreshToken: 'refresh-7'}})
    assert.equal((await stage.run()).exit, 75)
    const {exit, problem} = await stage.run('work')
    assert.deepEqual([exit, problem?.code], [75, 'AUTH_RATE_LIMITED'])
    assert.deepEqual(stage.presented, ['refresh-1'])
  })
})
