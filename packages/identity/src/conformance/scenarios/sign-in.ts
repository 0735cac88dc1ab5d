import assert from 'node:assert/strict'
import {isProblem} from '../../problem.ts'
import {json} from '../issuer/faults.ts'
import {GRACE} from '../issuer/issuer.ts'
import type {Machine} from '../machine.ts'
import {visit} from '../person.ts'
import {needing, type Script} from '../scenario.ts'
import {AT_ONCE_MS, patience} from '../slowness.ts'
import {assertNothingStored, failure} from './failed-sign-in.ts'

/** Signing in with the authorization code flow on a loopback address. */
export const SIGN_IN: readonly Script[] = needing('code-flow', [
  {
    id: 'sign-in/works',
    title: 'a person signs in: told an address, no browser unless wanted, stored before it is said to be done',
    clause: '5.1',
    async play({issuer, machine, watch}) {
      const result = machine.login()
      await machine.person.approve()
      const {account, apiUrl, profile, scheme, subject} = await result
      assert.deepEqual([profile, apiUrl, scheme], ['default', issuer.url, 'bearer'])
      assert.deepEqual([subject, account], [issuer.account.subject, issuer.account.email])
      assert.deepEqual(watch.browsers, [], 'processes with an address')
      assert.equal((await machine.run()).status, 200, 'a new process has the session')
    },
  },
  {
    id: 'sign-in/request',
    title: 'the request bears PKCE (S256) and a state, both new each time, and a loopback address',
    clause: '5.2',
    async play({issuer, machine}) {
      for (let round = 0; round < 2; round++) {
        const result = machine.login({replace: true})
        await machine.person.approve()
        await result
      }

      const [first, second] = issuer.authorizations
      for (const parameters of [first, second]) {
        assert.equal(parameters?.get('response_type'), 'code')
        assert.equal(parameters?.get('code_challenge_method'), 'S256')
        assert.match(parameters?.get('code_challenge') ?? '', /^[\w-]{43}$/)
        assert.ok((parameters?.get('state') ?? '').length >= 16, 'a state that cannot be guessed')
        const {hostname, protocol} = new URL(parameters?.get('redirect_uri') ?? '')
        assert.deepEqual([protocol, ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)], ['http:', true])
      }

      for (const name of ['state', 'code_challenge']) assert.notEqual(first?.get(name), second?.get(name), name)
    },
  },
  {
    id: 'sign-in/denied',
    title: 'the person declines: 77, at once, nothing stored',
    clause: '5.7',
    async play(stage) {
      const result = stage.machine.login()
      await stage.machine.person.deny()
      await assertNothingStored(result, 77, stage)
    },
  },
  {
    id: 'sign-in/cancelled',
    title: 'Ctrl-C while the person thinks: over at once (130), nothing stored, not even by a late answer',
    clause: '5.8',
    async play(stage) {
      const {machine} = stage
      const cancel = new AbortController()
      const result = machine.login({signal: cancel.signal})
      const callback = await machine.person.decide(await machine.person.address(), 'approve')
      cancel.abort()
      await soon(result)
      await visit(callback)
      await assertNothingStored(result, 130, stage)
    },
  },
  {
    id: 'sign-in/cancelled-late',
    title: 'Ctrl-C while the code is redeemed: nothing stored, and the session of before is as it was',
    clause: '5.8',
    async play({issuer, machine}) {
      const before = await machine.signedIn()
      const held = Promise.withResolvers<void>()
      issuer.fail('token', {kind: 'held', until: held.promise}, 1)
      const cancel = new AbortController()
      const result = machine.login({signal: cancel.signal})
      const reached = issuer.reached('token')
      await visit0(machine)
      await reached
      cancel.abort()
      held.resolve()
      const error = await failure(result)
      assert.ok(isProblem(error) && error.exit === 130, String(error))
      const ran = await machine.run()
      assert.equal(ran.status, 200)
      if (before) assert.equal(ran.credential, before.accessToken)
    },
  },
  {
    id: 'sign-in/other-account',
    title: 'somebody else signs in: refused (77), and the session of before is as it was',
    clause: '5.9',
    async play({issuer, machine}) {
      await machine.signedIn()
      const {subject} = issuer.account
      issuer.account = GRACE
      const result = machine.login()
      await machine.person.approve()
      const error = await failure(result)
      assert.ok(isProblem(error) && error.exit === 77, String(error))
      const {session} = await machine.run()
      assert.equal(session?.subject, subject)
    },
  },
  {
    id: 'sign-in/replace',
    title: 'somebody else signs in with `replace`: the profile is theirs',
    clause: '5.9',
    async play({issuer, machine}) {
      await machine.signedIn()
      issuer.account = GRACE
      const result = machine.login({replace: true})
      await machine.person.approve()
      await result
      assert.equal((await machine.run()).session?.subject, GRACE.subject)
    },
  },
  {
    id: 'sign-in/not-completed',
    title: 'the code cannot be redeemed just now: 75, and the session of before is as it was',
    clause: '5.10',
    async play({issuer, machine}) {
      await machine.signedIn()
      issuer.fail('token', json(503, {}))
      const result = machine.login()
      await machine.person.approve()
      const error = await failure(result)
      assert.ok(isProblem(error) && error.exit === 75, String(error))
      issuer.mend('token')
      assert.equal((await machine.run()).status, 200)
    },
  },
  {
    id: 'sign-in/two-at-once',
    title: 'two sign-ins at the same moment: both end, and there is one session that works',
    clause: '5.13',
    async play({issuer, machine}) {
      const results = [machine.login(), machine.login()]
      const over = Promise.allSettled(results)
      await machine.person.approve()
      // The other one may have joined the first, and then asks nobody; else it is signed in, too.
      const approved = machine.person.approve()
      await Promise.race([over, approved])
      await over
      assert.equal((await machine.run()).status, 200)
      assert.equal(issuer.grants.replays, 0)
    },
  },
  {
    id: 'sign-in/logged-out-meanwhile',
    title: 'a sign-out during a sign-in breaks neither',
    clause: '5.13',
    async play({issuer, machine}) {
      await machine.signedIn()
      const result = machine.login({replace: true})
      const callback = await machine.person.decide(await machine.person.address(), 'approve')
      assert.equal((await machine.logout()).signedOut, true)
      assert.equal((await machine.run()).session, undefined)
      await visit(callback)
      await result
      assert.equal((await machine.run()).status, 200)
      assert.equal(issuer.grants.replays, 0)
    },
  },
])

/** What was cancelled is over at once, not when somebody answers. */
async function soon(result: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  const how = await Promise.race([
    result.then(
      () => 'signed in',
      () => 'ended',
    ),
    patience(AT_ONCE_MS, over.signal).then(
      () => 'late',
      () => 'late',
    ),
  ])
  over.abort()
  assert.equal(how, 'ended')
}

async function visit0({person}: Machine): Promise<void> {
  void visit(await person.decide(await person.address(), 'approve'))
}
