import type {Session} from '@superset/identity'
import assert from 'node:assert/strict'
import Migrate from '../../src/commands/auth/migrate.ts'
import Refresh from '../../src/commands/auth/refresh.ts'
import Token from '../../src/commands/auth/token.ts'
import Whoami from '../../src/commands/auth/whoami.ts'
import {refusal, run} from './command-stage.ts'

const ACME = '5f2b1c9e-7d1f-4a57-9f0e-1c2d3e4f5a6b'
const FOREIGN = '00000000-0000-4000-8000-000000000000'

describe('auth token, whoami, refresh and migrate', () => {
  const session = (change: Partial<Session> = {}): Session => ({
    issuer: 'https://api.test',
    apiUrl: 'https://api.test',
    profile: 'default',
    scheme: 'bearer',
    source: 'stored',
    token: async () => 'the-token',
    fetch: async () => Response.json({}),
    ...change,
  })

  it('prints the bare token, and JSON with its end', async () => {
    assert.equal((await run(Token, [], {session: session()})).stdout, 'the-token\n')
    const agent = {session: session(), request: {agentMode: true}}
    assert.equal((await run(Token, [], agent)).stdout, 'the-token\n', 'for agents, too')
    const {stdout} = await run(Token, ['--json'], {session: session({expiresAt: new Date(0)})})
    assert.deepEqual(JSON.parse(stdout), {token: 'the-token', expiresAt: '1970-01-01T00:00:00.000Z', scheme: 'bearer'})
  })

  it('prints a credential for Kubernetes, of the version that its client asks for', async () => {
    const expiring = {session: session({expiresAt: new Date(1500)})}
    const credential = (version: string, status: object) => ({
      apiVersion: `client.authentication.k8s.io/${version}`,
      kind: 'ExecCredential',
      status: {token: 'the-token', ...status},
    })
    for (const [info, version] of [
      [undefined, 'v1'],
      ['rubbish', 'v1'],
      [JSON.stringify(credential('v1beta1', {})), 'v1beta1'],
    ] as const) {
      if (info !== undefined) process.env['KUBERNETES_EXEC_INFO'] = info
      for (const more of [[], ['--json'], ['--quiet']]) {
        const {stdout} = await run(Token, ['--exec-credential', ...more], expiring)
        assert.deepEqual(JSON.parse(stdout), credential(version, {expirationTimestamp: '1970-01-01T00:00:01Z'}))
      }

      Reflect.deleteProperty(process.env, 'KUBERNETES_EXEC_INFO')
    }

    const {stdout} = await run(Token, ['--exec-credential'], {session: session()})
    assert.deepEqual(JSON.parse(stdout), credential('v1', {}))
    refusal(await run(Token, ['--exec-credential']), 'AUTH_REQUIRED', 4)
  })

  it('row 86: never signs in by itself', async () => {
    refusal(await run(Token, []), 'AUTH_REQUIRED', 4)
    refusal(await run(Whoami, []), 'AUTH_REQUIRED', 4)
  })

  const data = (json: unknown) => Response.json({result: {data: {json}}})
  const fault = (status: number, message: string) => Response.json({error: {json: {message}}}, {status})

  /** Answers each procedure; notes the organization that was asked for. */
  function service(answers: Readonly<Record<string, () => Response>>, change: Partial<Session> = {}) {
    const organizations: (string | null)[] = []
    const fetch: Session['fetch'] = async (input, init) => {
      organizations.push(new Headers(init?.headers).get('x-superset-organization-id'))
      return answers[String(input).split('/').at(-1)!]!()
    }
    return {organizations, session: session({fetch, ...change})}
  }

  const ada = () => data({id: 'user-1', email: 'ada@acme.test', name: 'Ada'})

  it('asks the service who we are, as the incumbent prints it', async () => {
    const {session, organizations} = service(
      {'user.me': ada, 'user.myOrganization': () => data({id: ACME, name: 'Acme'})},
      {organization: {value: ACME, source: 'config'}},
    )
    const {stdout} = await run(Whoami, ['--json'], {session})
    assert.deepEqual(JSON.parse(stdout), {
      userId: 'user-1',
      email: 'ada@acme.test',
      name: 'Ada',
      organizationId: ACME,
      organizationName: 'Acme',
      authSource: 'oauth',
    })
    assert.deepEqual(organizations, [null, ACME])
    const human = await run(Whoami, [], {session})
    assert.equal(human.stdout, 'Signed in as Ada (ada@acme.test)\nOrganization: Acme\nAuthentication: oauth\n')
  })

  it('is no failure to belong to no organization', async () => {
    const answers = {'user.me': ada, 'user.myOrganization': () => data(null)}
    for (const [change, authSource] of [
      [{source: 'env:SUPERSET_API_KEY', scheme: 'api-key'}, 'override'],
      [{scheme: 'api-key'}, 'config'],
    ] as const) {
      const {stdout, exitCode} = await run(Whoami, ['--json'], {session: service(answers, change).session})
      const found = JSON.parse(stdout) as Record<string, unknown>
      assert.deepEqual([exitCode, found['organizationId'], found['authSource']], [0, null, authSource])
    }
  })

  it('rows 90 and 91: names the source of a bad key and of a foreign organization', async () => {
    const bad = service(
      {'user.me': () => fault(500, 'Invalid API key.')},
      {scheme: 'api-key', source: 'env:SUPERSET_API_KEY'},
    )
    const key = await run(Whoami, [], {session: bad.session})
    refusal(key, 'AUTH_KEY_INVALID', 4)
    assert.match(String(key.error), /The API key \(from SUPERSET_API_KEY\) is not valid\./)
    const foreign = service(
      {'user.me': ada, 'user.myOrganization': () => fault(403, `Not a member of organization ${FOREIGN}`)},
      {organization: {value: FOREIGN, source: 'env:SUPERSET_ORGANIZATION_ID'}},
    )
    const organization = await run(Whoami, [], {session: foreign.session})
    refusal(organization, 'ORGANIZATION_NOT_MEMBER', 77)
    assert.match(
      String(organization.error),
      new RegExp(`not a member of ${FOREIGN} \\(from SUPERSET_ORGANIZATION_ID\\)`),
    )
  })

  it('row 91b: means the organization of that name by a slug, whoever wrote it', async () => {
    const answers = {
      'user.me': ada,
      'user.myOrganizations': () => data([{id: ACME, name: 'Acme', slug: 'acme'}]),
      'user.myOrganization': () => data({id: ACME, name: 'Acme'}),
    }
    const source = 'env:SUPERSET_ORGANIZATION_ID'
    const slug = service(answers, {organization: {value: 'acme', source}})
    assert.equal((await run(Whoami, ['--json'], {session: slug.session})).exitCode, 0)
    assert.deepEqual(slug.organizations.filter(Boolean), [ACME])
    const typo = service(answers, {organization: {value: 'acmee', source}})
    const refused = await run(Whoami, [], {session: typo.session})
    refusal(refused, 'ORGANIZATION_UNKNOWN', 1)
    assert.match(String(refused.error), /organization acmee \(from SUPERSET_ORGANIZATION_ID\)/)
  })

  it('tells a service that cannot be reached from one that refuses', async () => {
    const unreachable = session({
      fetch: () => Promise.reject(new TypeError('fetch failed', {cause: {code: 'ECONNREFUSED'}})),
    })
    refusal(await run(Whoami, [], {session: unreachable}), 'NETWORK_UNREACHABLE', 75)
    const busy = service({'user.me': () => new Response('<html>', {status: 502})})
    refusal(await run(Whoami, [], {session: busy.session}), 'SERVICE_UNAVAILABLE', 75)
  })

  it('refreshes, and passes on that a person takes the risk of a replay', async () => {
    const given: unknown[] = []
    const provider = (refreshed: boolean) => ({
      refresh: async (_request: unknown, options: unknown) => (given.push(options), {refreshed}),
    })
    assert.equal((await run(Refresh, [], {provider: provider(true)})).stdout, 'Session refreshed.\n')
    assert.match((await run(Refresh, ['--replay'], {provider: provider(false)})).stdout, /^Another process/)
    assert.deepEqual(given, [{}, {replay: true}])
  })

  it('moves a credential only with a yes', async () => {
    const moved: unknown[] = []
    const provider = {
      async migrate(_request: unknown, to: 'file' | 'key' | 'keychain') {
        moved.push(to)
        const at = {profile: 'default', issuer: 'https://api.test', apiUrl: 'https://api.test'}
        return {...at, scheme: 'bearer' as const, storage: to, account: 'ada@acme.test'}
      },
    }
    refusal(await run(Migrate, ['--to', 'key'], {provider}), 'USAGE_CONFIRM', 2)
    assert.deepEqual(moved, [])
    const {stdout} = await run(Migrate, ['--to', 'key', '--yes'], {provider})
    assert.equal(stdout, 'Moved the credential of ada@acme.test to key.\n')
    assert.deepEqual(moved, ['key'])
    assert.ok((await run(Migrate, ['--yes'], {provider})).error instanceof Error)
  })
})
