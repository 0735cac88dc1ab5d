import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {json, rotate, Stage, text, type TokenAnswer} from './stage.ts'

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
