import assert from 'node:assert/strict'
import type {
  IdentityDescription,
  IdentityProvider,
  IdentityRequest,
  LoginOptions,
  LoginResult,
  Session,
} from '@superset/identity'
import {guardProvider} from '../../../src/policy/guard.ts'
import type {Policy} from '../../../src/policy/policy.ts'

const API = 'https://api.acme.example'
const ISSUER = 'https://login.acme.example'
const POLICY: Policy = {
  file: '/etc/superset/policy.json',
  login: {issuer: ISSUER, apiUrl: API, clientId: 'acme', methods: ['browser']},
  storage: {allowed: ['keychain']},
}
const request = {} as IdentityRequest
const STORED = {
  ...{apiUrl: API, hides: [], issuer: ISSUER, notes: [], profile: 'default', scheme: 'bearer', signedIn: true},
  ...{source: 'stored', storage: {encrypted: true, kind: 'keychain', place: 'keychain'}},
} as const

/** A provider that knows nothing of policies, as anybody may write one. */
function careless(facts: object = {}, handed: object = {}, policy: Policy = POLICY) {
  const calls: string[] = []
  const options: LoginOptions[] = []
  const described = {...STORED, ...facts} as IdentityDescription
  const result = {...STORED, storage: 'keychain', ...handed} as unknown as LoginResult
  const provider: IdentityProvider = {
    name: 'careless',
    capabilities: ['login', 'logout', 'migrate', 'refresh'],
    describe: async () => described,
    async session() {
      calls.push('session')
      const methods = {fetch: async () => new Response(), token: async () => 'token'}
      return {...described, ...methods, ...handed} as unknown as Session
    },
    async login(_request, given) {
      calls.push('login')
      options.push(given)
      return result
    },
    async migrate() {
      calls.push('migrate')
      return result
    },
    async refresh() {
      calls.push('refresh')
      return {refreshed: true}
    },
    async logout() {
      calls.push('logout')
      return {profile: 'default', revocation: 'none', signedOut: true}
    },
  }
  return {calls, guarded: guardProvider(provider, policy), options}
}

const refusing = (key: string) => (error: unknown) => {
  const {code, exit, message} = error as {code: string; exit: number; message: string}
  assert.deepEqual([code, exit], ['POLICY_REFUSED', 77])
  assert.ok(message.includes(`(policy /etc/superset/policy.json: ${key})`), message)
  return true
}

const FORBIDDEN = [
  ['another issuer', {issuer: 'https://evil.example'}, 'login.issuer'],
  ['another API', {apiUrl: 'https://evil.example'}, 'login.apiUrl'],
  ['an API key', {scheme: 'api-key', issuer: API}, 'login.methods'],
  ['a token from outside', {source: 'env:SUPERSET_TOKEN'}, 'login.methods'],
  ['the network of a sandbox', {scheme: 'ambient', source: 'sandbox'}, 'login.methods'],
  ['plain text', {storage: {encrypted: false, kind: 'file', place: 'x'}}, 'storage.allowed'],
] as const

describe('row 87: any identity plugin under a policy', () => {
  it('works where nothing is forbidden', async () => {
    const {calls, guarded} = careless()
    await guarded.session(request)
    await guarded.refresh?.(request, {})
    await guarded.login?.(request, {})
    assert.deepEqual(calls, ['session', 'refresh', 'login'])
    assert.deepEqual([guarded.name, guarded.repair, guarded.settle], ['careless', undefined, undefined])
  })

  for (const [what, facts, key] of FORBIDDEN) {
    it(`is not asked for a session, nor to refresh it, where what it has is ${what}`, async () => {
      const {calls, guarded} = careless(facts)
      await assert.rejects(guarded.session(request), refusing(key))
      await assert.rejects(async () => guarded.refresh?.(request, {}), refusing(key))
      assert.deepEqual(calls, [])
    })

    it(`says so in its status: ${what}`, async () => {
      const {problem, signedIn} = await careless(facts).guarded.describe(request)
      assert.deepEqual([signedIn, problem?.code, problem?.exit], [false, 'POLICY_REFUSED', 77])
    })
  }

  for (const [what, handed, key] of FORBIDDEN.slice(0, 5)) {
    it(`hands out no session that is ${what}, whatever its status said`, async () => {
      await assert.rejects(careless({}, handed).guarded.session(request), refusing(key))
    })
  }

  for (const [what, handed, key] of [
    ['source', {source: undefined}, 'login.methods'],
    ['source, in a word of its own', {source: 'vault'}, 'login.methods'],
    ['source, as an object', {source: {toString: () => 'stored'}}, 'login.methods'],
    ['scheme', {scheme: undefined}, 'login.methods'],
    ['scheme, in letters of its own', {scheme: 'Bearer'}, 'login.methods'],
    ['scheme, by a name that all objects have', {scheme: 'constructor'}, 'login.methods'],
    ['source, which no such scheme has', {scheme: 'bearer', source: 'sandbox'}, 'login.methods'],
    ['issuer', {issuer: undefined}, 'login.issuer'],
    ['issuer, as an object', {issuer: {toString: () => ISSUER}}, 'login.issuer'],
    ['API', {apiUrl: undefined}, 'login.apiUrl'],
  ] as const) {
    it(`hands out no session without its ${what}`, async () => {
      await assert.rejects(careless({}, handed).guarded.session(request), refusing(key))
    })
  }

  for (const [what, facts, key] of [
    ['who brought it', {source: undefined}, 'login.methods'],
    ['who brought it, in a word of its own', {source: 'vault', scheme: undefined}, 'login.methods'],
    ['whose it is', {issuer: undefined}, 'login.issuer'],
    ['where it is', {storage: undefined}, 'storage.allowed'],
    ['where it is, in a word of its own', {storage: {encrypted: true, kind: 'vault', place: 'x'}}, 'storage.allowed'],
  ] as const) {
    it(`is not asked for a session where it does not say of what is stored ${what}`, async () => {
      const {calls, guarded} = careless(facts)
      await assert.rejects(guarded.session(request), refusing(key))
      await assert.rejects(async () => guarded.refresh?.(request, {}), refusing(key))
      assert.deepEqual(calls, [])
      const {problem, signedIn} = await guarded.describe(request)
      assert.deepEqual([signedIn, problem?.code], [false, 'POLICY_REFUSED'])
    })
  }

  for (const name of ['apiUrl', 'issuer', 'scheme', 'source'] as const) {
    it(`hands on the value that was judged, whatever a getter answers later: ${name}`, async () => {
      let reads = 0
      const handed = Object.defineProperty({...STORED}, name, {
        enumerable: true,
        get: () => (reads++ === 0 ? STORED[name] : 'https://evil.example'),
      })
      const provider = careless().guarded
      const lying = guardProvider(
        {
          ...provider,
          session: async () =>
            Object.assign(handed, {fetch: async () => new Response(), token: async () => ''}) as never,
        },
        POLICY,
      )
      const session = await lying.session(request)
      assert.equal(session?.[name], STORED[name])
      assert.equal(session?.[name], STORED[name])
    })
  }

  it('lets a credential command say of its scheme and issuer when it has been asked, and not later', async () => {
    const policy: Policy = {...POLICY, login: {...POLICY.login, methods: ['token']}}
    const facts = {scheme: undefined, issuer: undefined, source: 'command', storage: undefined}
    const good = careless(facts, {scheme: 'bearer', issuer: ISSUER}, policy)
    assert.equal((await good.guarded.session(request))?.scheme, 'bearer')
    await assert.rejects(careless(facts, {}, policy).guarded.session(request), refusing('login.methods'))
    await assert.rejects(careless(facts).guarded.session(request), refusing('login.methods'))
  })

  it('moves a credential to no other place than it was asked for', async () => {
    await assert.rejects(
      async () => careless({}, {storage: 'file'}).guarded.migrate?.(request, 'keychain'),
      refusing('storage.allowed'),
    )
  })

  for (const [options, key] of [
    [{issuer: 'https://evil.example'}, 'login.issuer'],
    [{settings: {issuer: 'https://evil.example'}}, 'login.issuer'],
    [{clientId: 'mine'}, 'login.clientId'],
    [{settings: {clientId: 'mine'}}, 'login.clientId'],
    [{apiUrl: 'https://evil.example'}, 'login.apiUrl'],
    [{settings: {apiUrl: 'https://evil.example'}}, 'login.apiUrl'],
    [{apiKey: 'sk'}, 'login.methods'],
    [{method: 'device'}, 'login.methods'],
    [{method: 'workload'}, 'login.methods'],
    [{storage: 'file'}, 'storage.allowed'],
    [{storage: 'key'}, 'storage.allowed'],
  ] as const) {
    it(`does not sign in with ${JSON.stringify(options)}`, async () => {
      const {calls, guarded} = careless()
      await assert.rejects(async () => guarded.login?.(request, options), refusing(key))
      assert.deepEqual(calls, [])
    })
  }

  it('signs in the way that is allowed, and takes the same address for the same', async () => {
    const {guarded, options} = careless()
    await guarded.login?.(request, {apiUrl: 'https://API.acme.example:443/', settings: {scope: 'openid'}})
    assert.equal(options[0]?.method, 'browser')
    assert.deepEqual(options[0]?.settings, {scope: 'openid'})
  })

  it('does not get away with another sign-in than it was asked for', async () => {
    const {guarded} = careless({}, {issuer: 'https://evil.example'})
    await assert.rejects(async () => guarded.login?.(request, {}), refusing('login.issuer'))
  })

  it('moves nothing into a storage that is not allowed, and out of one it may', async () => {
    const {calls, guarded} = careless({storage: {encrypted: false, kind: 'file', place: 'x'}})
    await assert.rejects(async () => guarded.migrate?.(request, 'file'), refusing('storage.allowed'))
    await guarded.migrate?.(request, 'keychain')
    await guarded.logout?.(request)
    assert.deepEqual(calls, ['migrate', 'logout'])
  })
})
