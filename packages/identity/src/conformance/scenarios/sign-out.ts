import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {json} from '../issuer/faults.ts'
import {needing, type Script} from '../scenario.ts'
import {AT_ONCE_MS, patience} from '../slowness.ts'
import type {Stage} from '../stage.ts'

/** Signing out: forgotten here first, and nothing presented that may be spent. */
export const SIGN_OUT: readonly Script[] = needing('code-flow', [
  {
    id: 'sign-out/forgets',
    title: 'signed out here, and the session has ended at the issuer',
    clause: '6.1',
    async play({issuer, machine}) {
      await machine.signedIn()
      const {profile, revocation, signedOut} = await machine.logout()
      assert.deepEqual([profile, signedOut], ['default', true])
      assert.equal((await machine.run()).session, undefined)
      assert.equal(await machine.isSignedIn(), false)
      if (revocation === 'revoked') assert.equal(issuer.grants.liveSessions, 0, 'sessions that live on')
    },
  },
  {
    id: 'sign-out/nobody',
    title: 'nobody is signed in: that is no error, and nothing is sent',
    clause: '6.2',
    async play({issuer, machine}) {
      const {revocation, signedOut} = await machine.logout()
      assert.deepEqual([signedOut, revocation], [false, 'none'])
      assert.equal(issuer.requests.length, 0, 'requests')
    },
  },
  {
    id: 'sign-out/twice',
    title: 'signed out twice: one revocation, for a second one would end every session of the user',
    clause: '6.3',
    async play({issuer, machine}) {
      await machine.signedIn()
      await machine.logout()
      assert.equal((await machine.logout()).signedOut, false)
      assert.ok(issuer.revoked.length <= 1, `${issuer.revoked.length} revocations`)
      assert.equal(issuer.grants.replays, 0, 'replays')
    },
  },
  {
    id: 'sign-out/unanswered-revocation',
    title: 'a revocation that is not answered is not sent again',
    clause: '6.3',
    async play({issuer, machine}) {
      await machine.signedIn()
      issuer.fail('revoke', {kind: 'lost'})
      assert.notEqual((await machine.logout()).revocation, 'revoked')
      await machine.logout()
      assert.ok(issuer.revoked.length <= 1, `${issuer.revoked.length} revocations`)
    },
  },
  {
    id: 'sign-out/server-down',
    title: 'the issuer has a fault: signed out here all the same, and the result does not claim more',
    clause: '6.1',
    async play({issuer, machine}) {
      await machine.signedIn()
      issuer.fail('revoke', json(503, {}))
      const {revocation, signedOut} = await machine.logout()
      assert.equal(signedOut, true)
      assert.notEqual(revocation, 'revoked')
      assert.equal((await machine.run()).session, undefined)
    },
  },
  {
    id: 'sign-out/local-first',
    title: 'forgotten before the issuer is asked: whoever looks meanwhile is signed out',
    clause: '6.4',
    async play({issuer, machine}) {
      await machine.signedIn()
      const held = Promise.withResolvers<void>()
      issuer.fail('revoke', {kind: 'held', until: held.promise})
      const reached = issuer.reached('revoke')
      const leaving = machine.logout()
      await Promise.race([reached, leaving])
      assert.equal(await machine.isSignedIn(), false)
      held.resolve()
      await leaving
    },
  },
  {
    id: 'sign-out/during-refresh',
    title: 'a renewal is in flight: it does not bring the session back, and the spent token is not revoked',
    clause: '6.5',
    needs: ['refresh-token'],
    async play(stage) {
      const {issuer, machine} = stage
      const first = await machine.signedIn('expired')
      const held = Promise.withResolvers<void>()
      issuer.fail('token', {kind: 'held', until: held.promise}, 1)
      const reached = issuer.reached('token')
      const running = machine.run()
      await reached
      const leaving = machine.logout()
      await untilSignedOut(stage)
      held.resolve()
      await Promise.all([leaving, running])
      assert.equal(await machine.isSignedIn(), false)
      assert.equal((await machine.run()).session, undefined)
      assert.ok(!issuer.revoked.includes(first?.refreshToken ?? ''), 'the spent token was revoked')
      assert.equal(issuer.grants.replays, 0, 'replays')
    },
  },
  {
    id: 'sign-out/after-lost-answer',
    title: 'the answer of a renewal was lost: nothing is revoked, and it is said that the session may live on',
    clause: '6.6',
    needs: ['refresh-token'],
    async play({issuer, machine}) {
      await machine.signedIn('expired')
      issuer.fail('token', {kind: 'lost'}, 1)
      await machine.run()
      const {mayLiveUntil, revocation, signedOut} = await machine.logout()
      assert.deepEqual([signedOut, revocation], [true, 'not-sent'])
      // Of many issuers it is not known.
      assert.ok(mayLiveUntil === undefined || mayLiveUntil.getTime() > Date.now(), 'mayLiveUntil')
      assert.deepEqual([issuer.revoked, issuer.grants.replays], [[], 0])
    },
  },
  {
    id: 'sign-out/other-machine',
    title: 'another machine of the same person stays signed in',
    clause: '6.7',
    async play(stage) {
      const {issuer, machine} = stage
      const laptop = await stage.another()
      await machine.signedIn()
      await laptop.signedIn('expired')
      await machine.logout()
      const ran = await laptop.run()
      assert.deepEqual([ran.exit, ran.status], [0, 200], ran.problem?.message)
      assert.equal(issuer.grants.replays, 0, 'replays')
    },
  },
  {
    id: 'sign-out/other-profile',
    title: 'another profile stays signed in',
    clause: '6.7',
    async play({machine}) {
      await machine.signedIn()
      await machine.signedIn('fresh', {profile: 'work'})
      await machine.logout()
      assert.equal((await machine.run()).session, undefined)
      assert.equal((await machine.run({profile: 'work'})).status, 200)
    },
  },
])

/** The sign-out has taken effect, or has decided to wait for the renewal. */
async function untilSignedOut({machine}: Stage): Promise<void> {
  const over = new AbortController()
  const decided = patience(AT_ONCE_MS, over.signal).then(
    () => over.abort(),
    () => {},
  )
  while (!over.signal.aborted && (await machine.isSignedIn())) await sleep(10)
  over.abort()
  await decided
}
