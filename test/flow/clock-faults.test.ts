import assert from 'node:assert/strict'
import {rotated, Stage, type TokenAnswer} from './stage.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** A server whose clock is ahead of ours by that much. */
const clockAhead =
  (ms: number): TokenAnswer =>
  (response, token) => {
    response.sendDate = false
    response.writeHead(200, {'content-type': 'application/json', date: new Date(Date.now() + ms).toUTCString()})
    response.end(JSON.stringify(rotated(token)))
  }

describe('clocks that are wrong', () => {
  for (const [minutes, off] of [
    [60, 'behind'],
    [-60, 'ahead of'],
    [24 * 60, 'behind'],
    [-24 * 60, 'ahead of'],
  ] as const) {
    it(`row 68: ours is ${Math.abs(minutes)} min ${off} the server’s: told once, one refresh, no loop`, async () => {
      await using stage = await Stage.open('expired', {answer: clockAhead(minutes * MINUTE_MS)})
      const first = await stage.run()
      assert.deepEqual([first.exit, first.token], [0, 'access-2'])
      assert.deepEqual(first.told, [`Your clock is ${Math.abs(minutes)} min ${off} ${stage.url}; correct it.`])
      for (let run = 0; run < 3; run++) {
        const {exit, token, told} = await stage.run()
        assert.deepEqual([exit, token, told], [0, 'access-2', []])
      }

      assert.deepEqual(stage.presented, ['refresh-1'])
    })
  }

  it('row 68: our clock jumped a day ahead since the sign-in: one refresh, no wrong "expired", no loop', async () => {
    const serverNow = Date.now() - DAY_MS
    await using stage = await Stage.open('valid', {
      answer: clockAhead(-DAY_MS),
      tokens: {expiresAt: serverNow + 50 * MINUTE_MS, receivedAt: serverNow - 10 * MINUTE_MS},
    })
    for (let run = 0; run < 3; run++) {
      const {exit, token} = await stage.run()
      assert.deepEqual([exit, token], [0, 'access-2'])
    }

    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  it('row 68: our clock jumped a day back: a dead token looks alive until the API says 401, then one refresh', async () => {
    const serverNow = Date.now() + DAY_MS
    await using stage = await Stage.open('valid', {
      answer: clockAhead(DAY_MS),
      tokens: {expiresAt: serverNow - MINUTE_MS, receivedAt: serverNow - 60 * MINUTE_MS},
    })
    stage.deadCredentials.add('access-1')
    for (let run = 0; run < 3; run++) {
      const {exit, status, token} = await stage.run()
      assert.deepEqual([exit, status, token], [0, 200, 'access-2'])
    }

    assert.deepEqual(stage.presented, ['refresh-1'])
  })
})
