import assert from 'node:assert/strict'
import type {IdentityProvider} from '../../provider.ts'
import type {Script} from '../scenario.ts'

const METHODS = {login: 'login', logout: 'logout', migrate: 'migrate', refresh: 'refresh'} as const
const SCHEMES = ['ambient', 'api-key', 'bearer']

/** What a provider and a session are made of. */
export const CONTRACT: readonly Script[] = [
  {
    id: 'contract/provider',
    title: 'a provider has a name, and each capability that it names',
    clause: '1.3',
    async play({machine, subject}) {
      const provider = await machine.provider()
      assert.ok(typeof provider.name === 'string' && provider.name !== '', 'a name')
      assert.equal(typeof provider.session, 'function', 'session()')
      assert.equal(typeof provider.describe, 'function', 'describe()')
      for (const [capability, method] of Object.entries(METHODS)) {
        const named = provider.capabilities.includes(capability as keyof typeof METHODS)
        assert.equal(typeof provider[method] === 'function', named, `${capability} and ${method}()`)
      }

      for (const method of ['profiles', 'refresh'] as const) {
        const has = typeof provider[method] === 'function'
        assert.equal(has, subject.methods?.includes(method) === true, `${method}() and what the subject says`)
      }
    },
  },
  {
    id: 'contract/signed-out',
    title: 'nobody is signed in: session() gives undefined, and asks nobody',
    clause: '2.1',
    async play({issuer, machine, watch}) {
      const provider = await machine.provider()
      assert.equal(await provider.session(machine.request()), undefined)
      assert.deepEqual([issuer.requests.length, watch.connections], [0, 0], 'requests')
    },
  },
  {
    id: 'contract/no-sign-in-in-session',
    title: 'session() never signs in by itself: no browser, no question, even with a person there',
    clause: '2.2',
    async play({issuer, machine, subject, watch}) {
      const provider = await machine.provider()
      await provider.session(machine.request({interactive: true}))
      let asked = issuer.authorizations.length
      if (subject.renewal === 'refresh-token') {
        await machine.signedIn('expired')
        // Without `seed` the kit itself has just signed in.
        asked += issuer.authorizations.length
        issuer.fail('token', {kind: 'answer', status: 400, body: '{"error":"invalid_grant"}'})
        await machine.run({interactive: true})
      }

      assert.deepEqual(watch.browsers, [], 'processes with an address')
      assert.equal(watch.terminalReads, 0, 'reads of the terminal')
      assert.equal(issuer.authorizations.length, asked, 'authorization requests')
    },
  },
  {
    id: 'contract/session-fields',
    title: 'a session says to whom it belongs, in the types of the contract',
    clause: '2.3',
    async play({issuer, machine}) {
      await machine.signedIn()
      const provider = await machine.provider()
      const session = await provider.session(machine.request())
      assert.ok(session, 'a session')
      assert.equal(session.apiUrl, issuer.url, 'apiUrl: an origin without a slash at its end')
      assert.ok(typeof session.issuer === 'string' && session.issuer !== '', 'issuer')
      assert.equal(session.profile, 'default', 'profile')
      assert.ok(SCHEMES.includes(session.scheme), 'scheme')
      assert.ok(typeof session.source === 'string' && session.source.length > 0, 'source')
      for (const name of ['subject', 'account'] as const)
        assert.ok(['string', 'undefined'].includes(typeof session[name]), name)
      const {expiresAt} = session
      assert.ok(expiresAt === undefined || (expiresAt instanceof Date && !Number.isNaN(+expiresAt)), 'expiresAt')
      await settle(provider)
    },
  },
  {
    id: 'contract/subject',
    title: 'a session of a sign-in names its subject, its issuer and when it ends',
    clause: '2.4',
    needs: ['code-flow'],
    async play({issuer, machine}) {
      await machine.signedIn()
      const session = await (await machine.provider()).session(machine.request())
      assert.deepEqual([session?.subject, session?.issuer], [issuer.account.subject, issuer.url])
      const leftMs = (session?.expiresAt?.getTime() ?? 0) - Date.now()
      assert.ok(leftMs > 3000_000 && leftMs <= 3_660_000, `ends in about an hour, not in ${leftMs} ms`)
    },
  },
  {
    id: 'contract/token',
    title: 'token() is what fetch sends, and the API takes it',
    clause: '2.5',
    async play({issuer, machine}) {
      await machine.signedIn()
      const provider = await machine.provider()
      const session = await provider.session(machine.request())
      const token = await session?.token()
      const response = await session?.fetch('/api/echo')
      assert.equal(response?.status, 200)
      assert.equal(issuer.apiRequests.at(-1)?.credential, token)
      await settle(provider)
    },
  },
  {
    id: 'contract/profiles',
    title: 'one profile never gets the session of another',
    clause: '2.6',
    async play({machine}) {
      await machine.signedIn()
      const provider = await machine.provider()
      assert.equal(await provider.session(machine.request({profile: 'work'})), undefined)
      assert.equal((await provider.describe(machine.request({profile: 'work'}))).signedIn, false)
      await machine.signedIn('fresh', {profile: 'work'})
      assert.equal((await machine.run()).status, 200, 'the first profile is still signed in')
      assert.equal((await machine.run({profile: 'work'})).status, 200, 'and so is the second')
    },
  },
  {
    id: 'contract/profile-list',
    title: 'profiles() names the profiles with a credential, and asks nobody',
    clause: '3.5',
    needs: ['profiles'],
    async play({issuer, machine, watch}) {
      await machine.signedIn()
      await machine.signedIn('fresh', {profile: 'work'})
      const before = [issuer.requests.length, watch.connections]
      const names = await (await machine.provider()).profiles?.(machine.request())
      assert.deepEqual(names?.toSorted(), ['default', 'work'])
      assert.deepEqual([issuer.requests.length, watch.connections], before, 'requests')
    },
  },
  {
    id: 'contract/lazy',
    title: 'a session that serves is there without asking anybody',
    clause: '2.7',
    level: 'SHOULD',
    async play({issuer, machine, watch}) {
      await machine.signedIn()
      const before = [issuer.requests.length, watch.connections]
      const provider = await machine.provider()
      const session = await provider.session(machine.request())
      await session?.token()
      await settle(provider)
      assert.deepEqual([issuer.requests.length, watch.connections], before, 'requests')
    },
  },
  {
    id: 'settle/anywhere',
    title: 'settle() resolves: with no session, with one, and a second time',
    clause: '9.1',
    async play({machine}) {
      const provider = await machine.provider()
      await settle(provider)
      await provider.session(machine.request())
      await settle(provider)
      await machine.signedIn()
      const other = await machine.provider()
      await other.session(machine.request())
      await settle(other)
      await settle(other)
    },
  },
]

async function settle(provider: IdentityProvider): Promise<void> {
  if (provider.settle) assert.equal(await provider.settle(), undefined)
}
