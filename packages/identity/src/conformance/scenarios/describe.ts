import assert from 'node:assert/strict'
import type {IdentityDescription} from '../../provider.ts'
import type {IdentityRequest} from '../../request.ts'
import type {Script} from '../scenario.ts'
import type {Stage} from '../stage.ts'

/** `describe()`: what is known offline. */
export const DESCRIBE: readonly Script[] = [
  {
    id: 'describe/signed-out',
    title: 'nobody is signed in: that is what it says, with no request',
    clause: '3.1',
    async play(stage) {
      const {apiUrl, hides, notes, profile, signedIn} = await describeOffline(stage)
      assert.equal(signedIn, false)
      assert.deepEqual([profile, apiUrl, hides, Array.isArray(notes)], ['default', stage.issuer.url, [], true])
    },
  },
  {
    id: 'describe/signed-in',
    title: 'somebody is signed in: who, where and until when, with no request and no question',
    clause: '3.1',
    async play(stage) {
      const {issuer, machine, subject} = stage
      await machine.signedIn()
      const description = await describeOffline(stage, {interactive: true})
      assert.equal(description.signedIn, true)
      assert.equal(description.apiUrl, issuer.url)
      const {expiresAt} = description
      assert.ok(expiresAt === undefined || expiresAt instanceof Date, 'expiresAt')
      if (subject.signIn === 'elsewhere') return
      assert.equal(description.issuer, issuer.url)
      assert.deepEqual(
        [description.subject ?? description.account !== undefined, description.expired ?? false],
        [description.subject === undefined ? true : issuer.account.subject, false],
      )
    },
  },
  {
    id: 'describe/expired',
    title: 'what has expired is said to be, and is not renewed for the asking',
    clause: '3.2',
    async play(stage) {
      await stage.machine.signedIn('expired')
      const {expired, expiresAt, renewable} = await describeOffline(stage)
      // Of what another program keeps it cannot be known; then nothing is claimed.
      const isKeptElsewhere = stage.subject.signIn === 'elsewhere' && expired === undefined && expiresAt === undefined
      if (!isKeptElsewhere) assert.equal(expired, true, 'expired')
      if (stage.subject.renewal === 'refresh-token') assert.notEqual(renewable, false, 'renewable')
    },
  },
  {
    id: 'describe/refused',
    title: 'a session that the issuer has refused is not said to serve',
    clause: '3.3',
    level: 'SHOULD',
    needs: ['refresh-token'],
    async play(stage) {
      const {issuer, machine} = stage
      await machine.signedIn('expired')
      issuer.fail('token', {kind: 'answer', status: 400, body: '{"error":"invalid_grant"}'})
      await machine.run()
      const {signedIn, renewable, problem} = await describeOffline(stage)
      assert.ok(!signedIn || renewable === false || problem !== undefined, 'it says that it cannot be renewed')
    },
  },
  {
    id: 'describe/server-gone',
    title: 'it works when the network does not',
    clause: '3.1',
    async play(stage) {
      const {issuer, machine} = stage
      await machine.signedIn()
      await issuer[Symbol.asyncDispose]()
      assert.equal((await describeOffline(stage)).signedIn, true)
    },
  },
  {
    id: 'describe/damaged',
    title: 'a damaged store is described, not thrown',
    clause: '3.4',
    needs: ['damage'],
    async play(stage) {
      const {machine, subject} = stage
      await machine.signedIn()
      await subject.damage?.(machine.request())
      const {problem} = await describeOffline(stage)
      if (problem) assert.match(problem.code, /^[A-Z]+(_[A-Z]+)+$/)
    },
  },
  {
    id: 'describe/damaged-session',
    title: 'session() of a damaged store is a fault of storage (74), not "signed out"',
    clause: '2.8',
    needs: ['damage'],
    async play({issuer, machine, subject}) {
      await machine.signedIn()
      await subject.damage?.(machine.request())
      const ran = await machine.run()
      assert.deepEqual([ran.exit, ran.problem === undefined], [74, false], ran.problem?.message)
      assert.equal(issuer.count('token'), 0, 'token requests')
    },
  },
]

async function describeOffline(
  {issuer, machine, watch}: Stage,
  changes: Partial<IdentityRequest> = {},
): Promise<IdentityDescription> {
  const before = [issuer.requests.length, watch.connections]
  const provider = await machine.provider()
  const description = await provider.describe(machine.request(changes))
  assert.deepEqual([issuer.requests.length, watch.connections], before, 'requests')
  assert.deepEqual([watch.browsers, watch.terminalReads], [[], 0], 'questions to the person')
  return description
}
