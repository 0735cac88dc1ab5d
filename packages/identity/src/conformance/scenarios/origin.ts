import assert from 'node:assert/strict'
import {isProblem} from '../../problem.ts'
import type {Session} from '../../session.ts'
import type {Script} from '../scenario.ts'
import type {Stage} from '../stage.ts'

/** Where a credential goes, and where it never goes. */
export const ORIGIN: readonly Script[] = [
  {
    id: 'origin/path',
    title: 'a path is resolved against the API of the session',
    clause: '2.9',
    async play(stage) {
      const {issuer} = stage
      const session = await open(stage)
      for (const input of ['/api/one?x=1', new URL('/api/two', issuer.url), `${issuer.url}/api/three`]) {
        const response = await session.fetch(input)
        await response.text()
        assert.equal(response.status, 200, String(input))
      }

      assert.deepEqual(
        issuer.apiRequests.map(({path}) => path),
        ['/api/one?x=1', '/api/two', '/api/three'],
      )
    },
  },
  {
    id: 'origin/as-given',
    title: 'method, headers and body go as the command gave them; the credential is the session’s own',
    clause: '2.10',
    async play(stage) {
      const {issuer} = stage
      const session = await open(stage)
      const headers = {'content-type': 'application/json', 'x-trace': 'abc', authorization: 'Bearer forged'}
      const response = await session.fetch('/api/echo', {method: 'POST', headers, body: '{"n":1}'})
      assert.deepEqual(await response.json(), {method: 'POST', path: '/api/echo', body: '{"n":1}'})
      assert.equal(issuer.apiRequests.at(-1)?.headers['x-trace'], 'abc')
      assert.equal(issuer.apiRequests.at(-1)?.credential, await session.token())
    },
  },
  ...[
    ['another origin', (foreign: string) => `${foreign}/api/echo`],
    ['a path that names another host', (foreign: string) => foreign.replace('http:', '')],
    ['an address that only begins like the API', (foreign: string, api: string) => `${api}@${new URL(foreign).host}/`],
  ].map(([title, address], index): Script => ({
    id: `origin/foreign-${index + 1}`,
    title: `${String(title)}: refused (ORIGIN_FOREIGN, 78), and nothing is sent`,
    clause: '2.11',
    async play(stage) {
      const {foreign, issuer} = stage
      const session = await open(stage)
      const input = (address as (foreign: string, api: string) => string)(foreign.url, issuer.url)
      const error = await session.fetch(input).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.equal(foreign.received.length, 0, 'requests to the other server')
      assert.ok(isProblem(error), 'a Problem')
      assert.deepEqual([error.code, error.exit], ['ORIGIN_FOREIGN', 78])
    },
  })),
  ...(['the other server', 'the same server'] as const).map((where, index): Script => ({
    id: `origin/redirect-${index + 1}`,
    title: `a redirect to ${where} is handed back, not followed`,
    clause: '2.12',
    async play(stage) {
      const {foreign, issuer} = stage
      const session = await open(stage)
      const to = index === 0 ? `${foreign.url}/stolen` : '/api/elsewhere'
      const response = await session.fetch(`/api/x?redirect=${encodeURIComponent(to)}`)
      await response.text()
      assert.deepEqual([response.status, response.headers.get('location')], [302, to])
      assert.equal(foreign.received.length, 0, 'requests to the other server')
      assert.equal(issuer.apiRequests.length, 1, 'requests to the API')
    },
  })),
  {
    id: 'origin/bound',
    title: 'a stored session is used for the API that it was made for, whatever the run names (78)',
    clause: '2.13',
    async play({foreign, issuer, machine}) {
      await machine.signedIn()
      const before = issuer.requests.length
      const ran = await machine.run({apiUrl: {value: foreign.url, source: 'env:SUPERSET_API_URL'}})
      assert.equal(ran.exit, 78, ran.problem?.message)
      assert.deepEqual([foreign.received.length, issuer.requests.length], [0, before], 'requests')
    },
  },
  {
    id: 'outside/api-key',
    title: 'an API key from outside wins, goes as x-api-key, and is not stored',
    clause: '2.14',
    needs: ['outside'],
    async play({issuer, machine}) {
      const apiKey = issuer.apiKey()
      const {session, status} = await machine.run({secrets: {apiKey}})
      assert.deepEqual([session?.scheme, session?.source, status], ['api-key', 'env:SUPERSET_API_KEY', 200])
      assert.equal(issuer.apiRequests[0]?.headers['x-api-key'], apiKey)
      assert.equal(issuer.apiRequests[0]?.headers.authorization, undefined)
      assert.equal((await machine.run()).session, undefined, 'a run without the key is signed out')
    },
  },
  {
    id: 'outside/token',
    title: 'a token from outside is used as it is: never renewed, never stored',
    clause: '2.15',
    needs: ['outside'],
    async play({issuer, machine}) {
      const {accessToken} = issuer.grant(3600)
      issuer.grants.reject(accessToken)
      const ran = await machine.run({secrets: {token: accessToken}})
      assert.equal(ran.status, 401, 'the answer of the API is handed back')
      assert.equal(issuer.count('token'), 0, 'token requests')
      assert.equal((await machine.run()).session, undefined, 'a run without the token is signed out')
    },
  },
]

async function open({machine}: Stage): Promise<Session> {
  await machine.signedIn()
  const session = await (await machine.provider()).session(machine.request())
  assert.ok(session, 'a session')
  return session
}
