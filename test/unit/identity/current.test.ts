import assert from 'node:assert/strict'
import {type Identity, type IdentityProvider, type IdentityRequest, Problem, type Session} from '@superset/identity'
import {type HeldIdentity, holdIdentity, type Sources} from '../../../src/identity/current.ts'
import {ensureSession} from '../../../src/identity/ensure.ts'

function held(provider: Partial<IdentityProvider>): {identity: HeldIdentity; calls: string[]} {
  const calls: string[] = []
  const noted: Partial<IdentityProvider> = {
    session: async () => undefined,
    async settle() {
      calls.push('settle')
    },
    ...provider,
  }
  const sources = (name: string): Sources => ({
    profile: () => ({value: name, source: 'default'}),
    configured: () => ['home'],
    at: sources,
    request(profile) {
      calls.push('request')
      return {bin: 'superset', profile, interactive: false} as IdentityRequest
    },
    choice: () => ({plugin: '@acme/sso', source: 'config'}),
    async ask() {
      calls.push('ask')
      return noted as IdentityProvider
    },
  })
  return {identity: holdIdentity(sources('work')), calls}
}

describe('the identity of a run', () => {
  it('asks for nothing before it is asked', async () => {
    const {calls, identity} = held({})
    await ensureSession('none', identity)
    await ensureSession('optional', identity)
    await identity.settle()
    assert.deepEqual(calls, [])
  })

  it('asks once, however often and however parallel it is asked', async () => {
    let sessions = 0
    const session = {} as Session
    const {calls, identity} = held({
      async session() {
        sessions += 1
        return session
      },
    })
    const all = await Promise.all([
      identity.session(),
      identity.session(),
      identity.provider().then(() => identity.session()),
    ])
    assert.deepEqual([sessions, all.every((one) => one === session)], [1, true])
    assert.deepEqual(
      calls.filter((call) => call === 'ask'),
      ['ask'],
    )
  })

  it('remembers a failure as well', async () => {
    let tries = 0
    const {identity} = held({
      async session() {
        tries += 1
        throw new Problem({code: 'AUTH_UNREACHABLE', message: 'x', exit: 75})
      },
    })
    await assert.rejects(identity.session(), {code: 'AUTH_UNREACHABLE'})
    await assert.rejects(identity.session(), {code: 'AUTH_UNREACHABLE'})
    assert.equal(tries, 1)
  })

  it('row 86: refuses a command that needs a session when nobody is signed in, with what to do', async () => {
    const {identity} = held({})
    await assert.rejects(ensureSession('required', identity), (error: Problem) => {
      assert.deepEqual([error.code, error.exit], ['AUTH_REQUIRED', 4])
      assert.match(error.message, /no terminal/)
      assert.ok(error.suggestions.includes('Set SUPERSET_API_KEY.'))
      return true
    })
  })

  it('names the plugin whose session fails unexpectedly', async () => {
    const {identity} = held({session: async () => Promise.reject(new Error('boom'))})
    await assert.rejects(identity.session(), {
      code: 'IDENTITY_FAILED',
      exit: 78,
      message: 'Identity provider plugin @acme/sso failed: boom.',
    })
  })

  it('lets a provider settle that was asked', async () => {
    const {calls, identity} = held({})
    await identity.session()
    await identity.settle()
    assert.equal(calls.at(-1), 'settle')
  })

  it('settles nothing when the provider could not be had', async () => {
    const identity: HeldIdentity = holdIdentity({
      profile: () => ({value: 'default', source: 'default'}),
      configured: () => [],
      at: () => assert.fail(),
      request: () => ({}) as IdentityRequest,
      choice: () => ({plugin: 'x', source: 'default'}),
      ask: async () => Promise.reject(new Problem({code: 'IDENTITY_FAILED', message: 'x', exit: 78})),
    })
    await assert.rejects((identity as Identity).session())
    await identity.settle()
  })

  it('looks at another profile only when it is asked, once, and lets its provider settle, too', async () => {
    const {calls, identity} = held({})
    const other = identity.at('home')
    assert.deepEqual([identity.at('work'), identity.at('home'), calls], [identity, other, []])
    await other.session()
    assert.equal(other.request.profile, 'home')
    await identity.settle()
    assert.deepEqual(calls, ['request', 'ask', 'settle'])
  })

  it('lets the others settle when one fails to', async () => {
    let settled = 0
    const {identity} = held({
      async settle() {
        settled += 1
        throw new Error('boom')
      },
    })
    await Promise.all([identity.session(), identity.at('home').session(), identity.at('third').session()])
    await assert.rejects(identity.settle(), /boom/)
    assert.equal(settled, 3)
  })

  it('knows the profiles of the settings, of the providers, the current one and the one there always is', async () => {
    const {calls, identity} = held({profiles: async () => ['stored', '../rubbish']})
    assert.deepEqual(await identity.profiles(), ['default', 'home', 'stored', 'work'])
    assert.equal(calls.filter((call) => call === 'ask').length, 1)
  })

  it('knows profiles also when a provider fails to name its own', async () => {
    const {identity} = held({profiles: async () => Promise.reject(new Error('boom'))})
    assert.deepEqual(await identity.profiles(), ['default', 'home', 'work'])
  })
})
