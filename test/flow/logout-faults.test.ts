import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {refreshHere} from './helper-here.ts'
import {json, rotate, rotating, Stage, text, type TokenAnswer} from './stage.ts'

const ofSomebodyElse = `x.${Buffer.from(JSON.stringify({sub: 'mallory'})).toString('base64url')}.y`

/** Answers when the test lets it. */
function gate(): {answer: TokenAnswer; reached: Promise<void>; open: () => void} {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const answer: TokenAnswer = async (response, token, stage) => {
    reached.resolve()
    await opened.promise
    await rotate(response, token, stage)
  }

  return {answer, reached: reached.promise, open: opened.resolve}
}

/** A presented token is never revoked: at the service that would end every session of the user. */
describe('signing out, in every state of a refresh', () => {
  let here: Disposable
  before(() => (here = refreshHere()))
  after(() => here[Symbol.dispose]())

  const logout = (stage: Stage) => new AuthProvider().logout(stage.request())

  it('row 69: nothing was ever presented: the token is revoked, once', async () => {
    await using stage = await Stage.open('valid')
    assert.equal((await logout(stage)).revocation, 'revoked')
    assert.deepEqual([stage.presented, stage.revoked], [[], ['refresh-1']])
    assert.equal((await logout(stage)).signedOut, false)
    assert.deepEqual(stage.revoked, ['refresh-1'])
  })

  it('row 69: claimed, and not sent: the refresh is kept from being sent or from being saved', async () => {
    const held = Promise.withResolvers<void>()
    await using stage = await Stage.open('expired', {binding: () => ({tokenEndpoint: undefined})})
    stage.metadataHeld = held.promise
    const run = stage.run().catch((error: unknown) => error)
    while (stage.metadataAsked === 0) await sleep(5)
    const leaving = logout(stage)
    // The tombstone is there at once; the helper that goes on then finds it when it saves.
    while ((await stage.store.head()) !== undefined) await sleep(5)
    held.resolve()
    await Promise.all([leaving, run])
    assert.equal(await stage.store.head(), undefined)
    await assertNoReplay(stage)
  })

  it('row 69: sent, and not answered: logout wins, the new token is given back once, the old one is not', async () => {
    const answering = gate()
    await using stage = await Stage.open('valid', {answer: answering.answer})
    const run = stage.run()
    await answering.reached
    const leaving = logout(stage)
    while ((await stage.store.head()) !== undefined) await sleep(5)
    answering.open()
    const [{signedOut}] = await Promise.all([leaving, run])
    assert.ok(signedOut)
    assert.equal(await stage.store.head(), undefined, 'the refresh did not bring the session back')
    assert.deepEqual([stage.presented, stage.revoked], [['refresh-1'], ['refresh-2']])
  })

  it('row 69: answered: the new token is revoked, once', async () => {
    await using stage = await Stage.open('expired')
    await stage.run()
    assert.equal((await logout(stage)).revocation, 'revoked')
    assert.deepEqual([stage.presented, stage.revoked], [['refresh-1'], ['refresh-2']])
  })

  for (const [name, answer] of [
    ['the connection broke', (response) => void response.destroy()],
    ['an empty answer', text(200, '')],
    ['500', json(500, {})],
    ['504', text(504, '')],
  ] as ReadonlyArray<[string, TokenAnswer]>) {
    it(`row 69b: after ${name} nothing is sent, and it is said until when the session may live on`, async () => {
      await using stage = await Stage.open('valid', {answer})
      await stage.run()
      const {revocation, signedOut, mayLiveUntil, reason} = await logout(stage)
      assert.deepEqual([revocation, signedOut, stage.revoked], ['not-sent', true, []])
      assert.ok((mayLiveUntil?.getTime() ?? 0) > Date.now())
      assert.match(reason ?? '', /not answered/)
      assert.deepEqual(stage.presented, ['refresh-1'])
    })
  }

  for (const [name, revocation] of [
    ['400 for an unknown token', {status: 400, body: '{"error":"invalid_request"}'}],
    ['401 for the client', {status: 401, body: '{"error":"invalid_client"}'}],
    ['400 without a word', {status: 400, body: ''}],
    ['503', {status: 503, body: ''}],
    ['a redirect', {status: 302, body: ''}],
  ] as const) {
    it(`row 69d: a revocation that is answered with ${name} is none, and is not repeated`, async () => {
      await using stage = await Stage.open('valid')
      stage.revocation = revocation
      const {mayLiveUntil, reason, revocation: outcome, signedOut} = await logout(stage)
      assert.deepEqual([outcome, signedOut, stage.revoked], ['not-sent', true, ['refresh-1']])
      assert.match(reason ?? '', /^The server (refused to revoke it|did not confirm)\.$/)
      assert.ok((mayLiveUntil?.getTime() ?? 0) > Date.now())
      assert.equal((await logout(stage)).signedOut, false)
      assert.equal(stage.revoked.length, 1)
    })
  }

  for (const replayPolicy of ['session', 'none'] as const) {
    it(`row 69b: where a replay ends no more than this session (${replayPolicy}), a token that may be spent is revoked`, async () => {
      await using stage = await Stage.open('valid', {answer: json(500, {}), binding: () => ({replayPolicy})})
      await stage.run()
      assert.equal((await logout(stage)).revocation, 'revoked')
      assert.deepEqual(new Set(stage.revoked), new Set(['refresh-1']))
    })
  }

  it('row 69d: an issuer without a revocation endpoint is not said to be out of reach', async () => {
    await using stage = await Stage.open('valid', {binding: () => ({revocationEndpoint: undefined})})
    stage.revocationOffered = false
    const {reason, revocation} = await logout(stage)
    assert.deepEqual([revocation, reason, stage.revoked], ['not-sent', 'The server has no revocation endpoint.', []])
  })

  it('row 69d: how long a session may live on is said where it is known, and nowhere else', async () => {
    const unknown = {status: 400, body: '{"error":"invalid_request"}'}
    const session = {binding: () => ({replayPolicy: 'session'}) as const}
    await using stage = await Stage.open('valid', session)
    stage.revocation = unknown
    const {mayLiveUntil, revocation} = await logout(stage)
    assert.deepEqual([revocation, mayLiveUntil], ['not-sent', undefined])
    const claims = Buffer.from(JSON.stringify({iat: 1000, exp: 4600})).toString('base64url')
    await stage.signIn('work', 'valid', {...session, tokens: {refreshToken: `x.${claims}.y`, receivedAt: 7_000_000}})
    const second = await new AuthProvider().logout(stage.request([], 'work'))
    assert.equal(second.mayLiveUntil?.getTime(), 7_000_000 + 3_600_000)
  })

  it('row 42: what was set aside is revoked by the sign-out, once; the spent token is not', async () => {
    await using stage = await Stage.open('valid', {answer: rotating({id_token: ofSomebodyElse})})
    await stage.run()
    const {reason, renewable, signedIn} = await new AuthProvider().describe(stage.request())
    assert.deepEqual([signedIn, renewable], [true, false])
    assert.match(reason ?? '', /identity differs from yours/)
    assert.equal((await logout(stage)).revocation, 'revoked')
    assert.deepEqual([stage.presented, stage.revoked], [['refresh-1'], ['refresh-2']])
    assert.deepEqual(await stage.quarantined(), [])
  })

  it('row 42: what was set aside and could not be revoked is not said to be', async () => {
    await using stage = await Stage.open('valid', {answer: rotating({id_token: ofSomebodyElse})})
    stage.revocation = {status: 400, body: '{"error":"invalid_request"}'}
    await stage.run()
    const {reason, revocation} = await logout(stage)
    assert.deepEqual([revocation, stage.revoked], ['not-sent', ['refresh-2']])
    assert.match(reason ?? '', /refused to revoke/)
  })

  it('row 42: where nothing is sealed, what must not be used is given back at once', async () => {
    await using stage = await Stage.open('valid', {answer: rotating({id_token: ofSomebodyElse}), storage: 'file'})
    assert.equal((await stage.run()).exit, 0)
    assert.deepEqual([stage.presented, stage.revoked], [['refresh-1'], ['refresh-2']])
    const {reason, renewable} = await new AuthProvider().describe(stage.request())
    assert.equal(renewable, false)
    assert.match(reason ?? '', /identity differs from yours/)
    assert.equal((await logout(stage)).revocation, 'revoked')
    assert.deepEqual(stage.revoked, ['refresh-2'])
  })

  it('row 69b: after a refusal nothing is sent', async () => {
    await using stage = await Stage.open('valid', {answer: json(400, {error: 'invalid_grant'})})
    await stage.run()
    assert.equal((await logout(stage)).revocation, 'not-sent')
    assert.deepEqual(stage.revoked, [])
  })
})

/** No token reached the server twice, by whatever endpoint. */
async function assertNoReplay(stage: Stage): Promise<void> {
  const all = [...stage.presented, ...stage.revoked]
  assert.equal(new Set(all).size, all.length, all.join())
}
