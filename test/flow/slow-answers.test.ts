import assert from 'node:assert/strict'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {Ledger} from '../../packages/plugin-auth/src/ledger/ledger.ts'
import {tryLock} from '../../packages/plugin-auth/src/ledger/lock.ts'
import {tokenLocks} from '../../packages/plugin-auth/src/ledger/token-locks.ts'
import {Connection} from '../../packages/plugin-auth/src/network/http-request.ts'
import {refreshOnce} from '../../packages/plugin-auth/src/refresh/refresh-once.ts'
import {Gate} from './gate.ts'
import {renewInAHurry} from './renew-in-a-hurry.ts'
import {Stage, type TokenAnswer} from './stage.ts'

/** Writes and writes, and never comes to an end. */
const dripping: TokenAnswer = (response) => {
  response.writeHead(200, {'content-type': 'application/json'})
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

describe('a token endpoint that is slow to answer', () => {
  it('row 50: a valid token serves at once; the answer is awaited at the end, and saved', async () => {
    const gate = new Gate()
    await using stage = await Stage.open('valid', {answer: gate.answer})
    const provider = new AuthProvider()
    const session = await provider.session(stage.request())
    await gate.reached
    assert.equal((await session?.fetch('/api'))?.status, 200)
    assert.deepEqual(stage.apiCredentials, ['access-1'], 'while the answer is held back')
    const settled = provider.settle()
    gate.open()
    await settled
    assert.equal((await stage.stored()).accessToken, 'access-2')
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  it('row 50: an expired token: exit 75 after 30 s, and the answer is saved when it comes', async () => {
    const gate = new Gate()
    await using stage = await Stage.open('expired', {answer: gate.answer})
    const {renewal, told} = await renewInAHurry(stage, gate.reached)
    assert.ok(renewal.outcome === 'blocked')
    const {code, exit, message} = renewal.blocked.reason
    assert.deepEqual([code, exit], ['AUTH_ANSWER_LATE', 75])
    assert.equal(message, `${stage.url} did not answer in 30 s; its answer is still awaited.`)
    assert.match(told.join('\n'), /^Waiting for your session with http:.* to be renewed…$/, 'one line')
    gate.open()
    assert.equal((await stage.run()).token, 'access-2')
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  for (const life of ['valid', 'expired'] as const) {
    it(`row 50: no full answer ever, ${life} token: ambiguous, and nothing is sent again`, async () => {
      await using stage = await Stage.open(life, {answer: dripping})
      const before = await stage.records()
      assert.equal(await refreshWithin(300, stage), 'failed')
      const [row] = stage.withLedger((ledger) => ledger.prepare('SELECT phase, reason FROM generation').all())
      assert.equal(row?.['phase'], 'ambiguous')
      assert.match(String(row['reason']), /did not answer in time/)
      const {exit, problem, token} = await stage.run()
      if (life === 'valid') assert.deepEqual([exit, token], [0, 'access-1'])
      else assert.deepEqual([exit, problem?.code], [4, 'AUTH_INTERRUPTED'])
      assert.deepEqual(stage.presented, ['refresh-1'])
      assert.deepEqual(await stage.records(), before)
    })
  }
})

/** The refresh of the helper, in this process, and with less patience. */
async function refreshWithin(answerTimeoutMs: number, stage: Stage) {
  const {homeDir} = stage.home
  using ledger = await Ledger.open(homeDir)
  const stale = ((await stage.store.head()) ?? assert.fail()).generation
  return await refreshOnce(
    {stale, tokenValid: false, replay: false, runStartedAt: Date.now()},
    {
      ledger,
      store: stage.store,
      tryLock: () => tryLock(tokenLocks(homeDir, stale).refreshing),
      async connect(url) {
        const connection = await Connection.open({url})
        return {
          goesOn: true,
          get: (address) => connection.send({method: 'GET', url: address, keepAlive: true}),
          post: ({url: address, form, onReady}) =>
            connection.send({
              method: 'POST',
              url: address,
              headers: {'content-type': 'application/x-www-form-urlencoded'},
              body: new URLSearchParams(form).toString(),
              answerTimeoutMs,
              onConnected: onReady,
            }),
          [Symbol.dispose]: () => connection[Symbol.dispose](),
        }
      },
      discover: () => Promise.resolve({tokenEndpoint: `${stage.url}/token`}),
      giveBack: () => Promise.resolve(false),
      now: Date.now,
      sleep: () => Promise.resolve(),
      random: Math.random,
      holder: 'this test',
    },
  )
}
