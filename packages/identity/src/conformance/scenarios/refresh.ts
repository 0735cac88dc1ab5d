import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {signJwt} from '../issuer/signing.ts'
import {GRACE} from '../issuer/issuer.ts'
import {needing, type Script} from '../scenario.ts'
import {AT_ONCE_MS, patience} from '../slowness.ts'
import {faultOf} from './faults.ts'

/** What a process needs to start. */
const PAUSE_MS = 150

/** Renewing with a refresh token, where presenting one twice ends every session of its user. */
export const REFRESH: readonly Script[] = needing('refresh-token', [
  {
    id: 'refresh/expired',
    title: 'an expired session is renewed, and the command gets the new token',
    clause: '4.1',
    async play({issuer, machine}) {
      const first = await machine.signedIn('expired')
      const ran = await machine.run()
      assert.deepEqual([ran.exit, ran.status], [0, 200], ran.problem?.message)
      assert.notEqual(ran.credential, first?.accessToken)
      assert.equal(issuer.presented.length, 1, 'presentations')
    },
  },
  {
    id: 'refresh/saved',
    title: 'what was renewed is stored: the next run renews nothing',
    clause: '4.2',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      const first = await machine.run()
      const second = await machine.run()
      assert.deepEqual([second.status, second.credential], [200, first.credential])
      assert.equal(issuer.presented.length, 1, 'presentations')
    },
  },
  {
    id: 'refresh/again',
    title: 'renewed again and again, each token is presented once',
    clause: '4.3',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      for (let round = 0; round < 3; round++) {
        const ran = await machine.run()
        assert.equal(ran.status, 200, ran.problem?.message)
        issuer.grants.reject(ran.credential ?? '')
      }

      assertNoReplay(issuer.presented)
      assert.equal(issuer.grants.replays, 0)
    },
  },
  {
    id: 'refresh/due',
    title: 'a token that still serves is used at once, however long the renewal takes',
    clause: '4.4',
    level: 'SHOULD',
    needs: ['seed'],
    async play({issuer, machine}) {
      const held = Promise.withResolvers<void>()
      const first = await machine.signedIn('due')
      issuer.fail('token', {kind: 'held', until: held.promise})
      const provider = await machine.provider()
      const serving = provider.session(machine.request()).then((session) => session?.fetch('/api/echo'))
      const over = new AbortController()
      const response = await Promise.race([serving, patience(AT_ONCE_MS, over.signal)])
      over.abort()
      held.resolve()
      await serving
      await provider.settle?.()
      assert.equal(response?.status, 200, 'the command did not wait')
      assert.equal(issuer.apiRequests[0]?.credential, first?.accessToken)
    },
  },
  {
    id: 'settle/keeps-the-answer',
    title: 'settle() waits for a renewal that has begun, so that its answer is stored',
    clause: '9.2',
    needs: ['seed'],
    async play({issuer, machine}) {
      const first = await machine.signedIn('due')
      const held = Promise.withResolvers<void>()
      issuer.fail('token', {kind: 'held', until: held.promise}, 1)
      const reached = issuer.reached('token').then(() => true)
      const provider = await machine.provider()
      const serving = provider.session(machine.request()).then((session) => session?.fetch('/api/echo'))
      // Who renews before the work would wait for ever; that is another clause.
      await Promise.race([serving, reached.then(() => sleep(PAUSE_MS))])
      const settled = serving.then(() => provider.settle?.())
      // Not every provider renews what still serves; one that does so has begun by now, or soon after.
      const begun = await Promise.race([reached, settled.then(() => false)])
      if (!begun)
        assert.notEqual(await Promise.race([reached, sleep(PAUSE_MS)]), true, 'it began, and was not waited for')
      held.resolve()
      await settled
      const {credential, status} = await machine.run()
      assert.equal(status, 200)
      if (begun) assert.notEqual(credential, first?.accessToken, 'the new token is stored')
      assertNoReplay(issuer.presented)
    },
  },
  {
    id: 'refresh/refused-once',
    title: 'what the issuer has refused is not sent again by later runs',
    clause: '4.8',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      issuer.fail('token', {kind: 'answer', status: 400, body: '{"error":"invalid_grant"}'})
      for (let run = 0; run < 3; run++) assert.equal((await machine.run()).exit, 4)
      assert.equal(issuer.presented.length, 1, 'presentations')
    },
  },
  {
    id: 'refresh/lost-answer',
    title: 'where the answer was lost, the token is not presented a second time by itself',
    clause: '4.9',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      issuer.fail('token', {kind: 'lost'}, 1)
      const first = await machine.run()
      const second = await machine.run()
      assert.deepEqual([first.exit, second.exit], [75, 4])
      assert.deepEqual([issuer.presented.length, issuer.grants.replays], [1, 0], 'presentations, replays')
    },
  },
  {
    id: 'refresh/busy-pause',
    title: 'when the issuer names a time, it is told, and nobody asks before it',
    clause: '4.10',
    level: 'SHOULD',
    async play(stage) {
      const {issuer, machine} = stage
      await machine.signedIn('expired')
      await faultOf('busy').prepare(stage)
      const {problem} = await machine.run()
      const seconds = problem?.retryAfterSeconds ?? 0
      assert.ok(seconds > 30 && seconds <= 120, `retryAfterSeconds: ${seconds}`)
      const asked = issuer.presented.length
      assert.equal((await machine.run()).exit, 75)
      assert.equal(issuer.presented.length, asked, 'presentations')
    },
  },
  {
    id: 'refresh/goes-on',
    title: 'a fault that passes ends nothing: the next run renews',
    clause: '4.6',
    async play(stage) {
      const {issuer, machine} = stage
      await machine.signedIn('expired')
      issuer.fail('token', {kind: 'answer', status: 503, body: '{}', headers: {'content-type': 'application/json'}})
      assert.equal((await machine.run()).exit, 75)
      assert.equal(await machine.isSignedIn(), true)
      issuer.mend('token')
      const ran = await machine.run()
      assert.deepEqual([ran.exit, ran.status], [0, 200], ran.problem?.message)
    },
  },
  {
    id: 'refresh/no-new-refresh-token',
    title: 'an answer without a refresh token leaves the old one in force',
    clause: '4.11',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      const keep = ({refresh_token: _, ...body}: Readonly<Record<string, unknown>>) => body
      issuer.fail('token', {kind: 'changed', change: keep}, 1)
      assert.equal((await machine.run()).status, 200)
      assert.equal((await machine.run()).status, 200)
      assert.equal(issuer.presented.length, 1, 'presentations')
    },
  },
  {
    id: 'refresh/other-person',
    title: 'an answer about another person is never used',
    clause: '4.12',
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      const claims = {
        iss: issuer.url,
        sub: GRACE.subject,
        aud: 'superset-cli',
        exp: Math.floor(Date.now() / 1000) + 300,
      }
      const change = (body: Readonly<Record<string, unknown>>) => ({...body, id_token: signJwt(claims, 'RS256')})
      issuer.fail('token', {kind: 'changed', change}, 1)
      const ran = await machine.run()
      assert.equal(ran.exit, 4, ran.problem?.message)
      const others = issuer.apiRequests.filter(({expired}) => !expired)
      assert.equal(others.length, 0, 'requests to the API with another credential')
    },
  },
  {
    id: 'refresh/forced',
    title: 'refresh() renews what still serves, once, and says until when it serves now',
    clause: '4.13',
    needs: ['refresh()'],
    async play({issuer, machine}) {
      await machine.signedIn()
      const provider = await machine.provider()
      assert.ok(provider.refresh, 'refresh()')
      const {expiresAt, refreshed} = await provider.refresh(machine.request(), {})
      await provider.settle?.()
      assert.deepEqual([refreshed, issuer.presented.length], [true, 1])
      assert.ok(expiresAt instanceof Date && expiresAt.getTime() > Date.now())
    },
  },
  {
    id: 'refresh/no-redirect',
    title: 'a redirect of the token endpoint is not followed: the token goes nowhere else',
    clause: '4.14',
    async play(stage) {
      await stage.machine.signedIn('expired')
      await faultOf('redirect').prepare(stage)
      await stage.machine.run()
      assert.equal(stage.foreign.received.length, 0, 'requests to the other server')
    },
  },
])

export function assertNoReplay(presented: readonly string[]): void {
  assert.equal(new Set(presented).size, presented.length, 'a token was presented twice')
}
