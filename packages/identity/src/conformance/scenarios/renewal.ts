import assert from 'node:assert/strict'
import {json} from '../issuer/faults.ts'
import {needing, type Script} from '../scenario.ts'

/** A credential that the API takes no longer, wherever a new one comes from. */
export const RENEWAL: readonly Script[] = needing('renewal', [
  {
    id: 'renewal/before-use',
    title: 'what has expired is renewed before it is used: token() does not give it, and no request carries it',
    clause: '4.1',
    async play(stage) {
      const {issuer} = stage
      for (const first of ['fetch', 'token'] as const) {
        const machine = await stage.another()
        await machine.signedIn('expired')
        const provider = await machine.provider()
        const session = await provider.session(machine.request())
        assert.ok(session, 'a session')
        // What asks the API by itself has nothing that renews after a 401.
        if (first === 'token')
          assert.ok(issuer.grants.accountOf(await session.token()), 'token() gives one that serves')
        const {status} = await session.fetch('/api/echo', {method: 'POST', body: 'once'})
        await provider.settle?.()
        assert.equal(status, 200, 'status of the answer')
        // The renewal after a 401 would hide them.
        const stale = issuer.apiRequests.filter(({expired}) => expired)
        assert.equal(stale.length, 0, 'requests to the API with the expired credential')
      }
    },
  },
  {
    id: 'renewal/unauthorized',
    title: 'the API answers 401: renewed once, sent once more, and the command sees the second answer',
    clause: '2.16',
    async play({issuer, machine}) {
      await machine.signedIn()
      const provider = await machine.provider()
      const session = await provider.session(machine.request())
      issuer.grants.reject((await session?.token()) ?? '')
      const response = await session?.fetch('/api/echo', {method: 'POST', body: 'once'})
      assert.equal(response?.status, 200)
      assert.deepEqual(
        issuer.apiRequests.map(({body}) => body),
        ['once', 'once'],
      )
      await provider.settle?.()
    },
  },
  {
    id: 'renewal/unauthorized-again',
    title: 'the API answers 401 to the new credential, too: that answer is handed back, without end there is none',
    clause: '2.16',
    async play({issuer, machine}) {
      await machine.signedIn()
      issuer.fail('api', json(401, {}))
      const {exit, status} = await machine.run()
      assert.ok(status === 401 || exit === 4, `401 or exit 4, not ${status} and ${exit}`)
      assert.ok(issuer.apiRequests.length <= 2, `${issuer.apiRequests.length} requests to the API`)
      assert.ok(issuer.presented.length <= 1, `${issuer.presented.length} presentations`)
    },
  },
  {
    id: 'renewal/other-answers',
    title: 'no other answer of the API renews anything',
    clause: '2.16',
    async play({issuer, machine}) {
      await machine.signedIn()
      for (const status of [400, 403, 404, 429, 500, 503]) {
        issuer.fail('api', json(status, {}), 1)
        assert.equal((await machine.run()).status, status)
      }

      assert.deepEqual([issuer.presented.length, issuer.apiRequests.length], [0, 6])
    },
  },
])

/** A credential that another program or service has. */
export const SOURCE: readonly Script[] = needing('source', [
  {
    id: 'source/expired',
    title: 'an expired credential is replaced from its source before the command works',
    clause: '4.15',
    async play({issuer, machine}) {
      const first = await machine.signedIn('expired')
      const ran = await machine.run()
      assert.deepEqual([ran.exit, ran.status], [0, 200], ran.problem?.message)
      assert.notEqual(ran.credential, first?.accessToken)
      assert.ok(issuer.count('credential') > 0, 'the source was asked')
    },
  },
  {
    id: 'source/gone',
    title: 'a source that gives nothing is a Problem with an exit number, not a crash',
    clause: '4.15',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      issuer.fail('credential', json(503, {}))
      const {exit, problem} = await machine.run()
      assert.ok(problem, 'a Problem')
      assert.ok([4, 74, 75, 77, 78].includes(exit), `exit ${exit}`)
    },
  },
])
