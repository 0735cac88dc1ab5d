import {type IdentityDescription, type LoginOptions, Problem} from '@superset/identity'
import assert from 'node:assert/strict'
import Login from '../../src/commands/auth/login.ts'
import Logout from '../../src/commands/auth/logout.ts'
import {refusal, run} from './command-stage.ts'

const described: IdentityDescription = {
  signedIn: true,
  profile: 'work',
  hides: [],
  issuer: 'https://api.test',
  apiUrl: 'https://api.test',
  notes: [],
}

describe('auth login', () => {
  const result = {
    profile: 'default',
    issuer: 'https://api.test',
    apiUrl: 'https://api.test',
    scheme: 'bearer',
    storage: 'keychain',
    subject: 'user-1',
    account: 'ada@acme.test',
    organization: {id: 'org-1', name: 'Acme'},
    expiresAt: new Date(0),
  } as const

  async function login(argv: readonly string[], request = {}) {
    let given: LoginOptions | undefined
    const ran = await run(Login, argv, {
      provider: {login: async (_request, options) => ((given = options), result)},
      request,
    })
    const {signal, ...options} = given ?? {}
    return {...ran, options, signal}
  }

  it('hands the flags to the provider', async () => {
    const {options, signal} = await login([
      ...['--organization', 'acme', '--issuer', 'https://id.test', '--client-id', 'mine', '--storage', 'file'],
      ...['--no-browser', '--replace'],
    ])
    assert.deepEqual(options, {
      organization: 'acme',
      issuer: 'https://id.test',
      clientId: 'mine',
      storage: 'file',
      browser: false,
      replace: true,
    })
    assert.ok(signal && !signal.aborted)
    assert.deepEqual((await login([])).options, {})
  })

  it('prints what the incumbent prints as JSON, and more', async () => {
    const {stdout, stderr} = await login(['--json'])
    const found = JSON.parse(stdout) as Record<string, unknown>
    assert.deepEqual(
      [found['userId'], found['organizationId'], found['organizationName'], found['storage'], found['expiresAt']],
      ['user-1', 'org-1', 'Acme', 'keychain', '1970-01-01T00:00:00.000Z'],
    )
    assert.equal(stderr, '')
    assert.equal((await login([])).stdout.split('\n')[1], 'Organization: Acme')
    assert.equal((await login(['-q'])).stdout, 'user-1\n')
  })

  it('takes a key as an argument, with a warning that does not repeat it', async () => {
    const {options, stderr, stdout} = await login(['--api-key', 'sk_live_secret'])
    assert.equal(options.apiKey, 'sk_live_secret')
    assert.match(stderr, /Warning: other users/)
    assert.ok(!`${stdout}${stderr}`.includes('sk_live_secret'))
  })

  it('refuses flags that contradict each other', async () => {
    for (const argv of [
      ['--with-api-key', '--api-key', 'x'],
      ['--with-api-key', '--issuer', 'https://id.test'],
      ['--storage', 'cloud'],
    ]) {
      const {error, options} = await login(argv)
      assert.ok(error instanceof Error, argv.join(' '))
      assert.deepEqual(options, {})
    }
  })

  it('says when the chosen plugin cannot sign in', async () => {
    const ran = await run(Login, [])
    refusal(ran, 'AUTH_NOT_SUPPORTED', 78)
    assert.match(String(ran.error), /fake-plugin cannot sign anybody in/)
  })

  it('aborts on Ctrl-C instead of dying', async () => {
    let aborted = false
    await run(Login, [], {
      provider: {
        async login(_request, {signal}) {
          process.emit('SIGINT')
          aborted = signal!.aborted
          return result
        },
      },
    })
    assert.ok(aborted)
    assert.equal(process.listenerCount('SIGINT'), 0)
  })
})

describe('auth logout', () => {
  const logout = (outcome: object, argv: readonly string[] = []) =>
    run(Logout, argv, {
      provider: {
        describe: async () => ({...described, signedIn: false}),
        logout: async () => ({profile: 'work', signedOut: true, revocation: 'none' as const, ...outcome}),
      },
    })

  it('says what became of the session', async () => {
    assert.match((await logout({revocation: 'revoked'})).stdout, /ended at https:\/\/api\.test\.\n$/)
    assert.equal((await logout({account: 'ada@acme.test'})).stdout, 'Signed out ada@acme.test.\n')
    assert.match((await logout({signedOut: false})).stdout, /Nobody was signed in/)
  })

  it('row 69b: says until when the session may live on', async () => {
    const {stdout, exitCode} = await logout({revocation: 'not-sent', mayLiveUntil: new Date(0), reason: 'Unanswered.'})
    assert.equal(exitCode, 0)
    assert.equal(
      stdout,
      'Signed out here. The session may live on at https://api.test until 1970-01-01T00:00:00.000Z.\nUnanswered.\n',
    )
  })

  it('warns that a variable still signs in', async () => {
    const provider = {
      describe: async () => ({...described, source: 'env:SUPERSET_API_KEY' as const}),
      logout: async () => ({profile: 'work', signedOut: true, revocation: 'none' as const}),
    }
    assert.match((await run(Logout, ['--json'], {provider})).stderr, /^SUPERSET_API_KEY is still set/)
  })

  it('--all signs out of every profile that it can, and reports the one that it cannot', async () => {
    const asked: string[] = []
    const {exitCode, error, stdout} = await run(Logout, ['--all'], {
      provider: {
        profiles: async () => ['broken', 'work'],
        describe: async ({profile}) => ({...described, profile, signedIn: false}),
        async logout({profile}) {
          asked.push(profile)
          if (profile === 'broken') throw new Problem({code: 'STORE_DAMAGED', message: 'Damaged.', exit: 74})
          return {profile, signedOut: profile === 'work', revocation: 'revoked'}
        },
      },
    })
    assert.deepEqual(asked, ['default', 'broken', 'work'])
    assert.equal(
      stdout,
      'default: Nobody was signed in; nothing was changed.\nwork: Signed out; the session was ended at https://api.test.\n',
    )
    refusal({stdout, stderr: '', exitCode, error}, 'STORE_DAMAGED', 74)
  })
})
