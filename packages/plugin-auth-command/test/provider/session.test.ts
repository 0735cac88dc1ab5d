import assert from 'node:assert/strict'
import path from 'node:path'
import identity from '../../src/hooks/identity.ts'
import {NAME} from '../../src/settings.ts'
import {NOISE, problemOf} from '../support/command.ts'
import {Stage} from '../support/stage.ts'

let stage: Stage
before(async () => (stage = await Stage.open()))
after(() => stage[Symbol.asyncDispose]())
beforeEach(() => {
  stage.received.length = 0
  stage.dead.clear()
})

describe('a session of a credential command', () => {
  it('is what the command says, and its credential goes to its API', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000)
    const names = {issuer: 'https://login.acme.test', subject: '42', account: 'ada@acme.test'}
    await stage.answers.are({version: 1, token: 'one', expiresAt, ...names})
    const session = await stage.session(stage.inTurn())
    assert.deepEqual(
      {...session, fetch: undefined, token: undefined},
      {
        ...{apiUrl: stage.url, profile: 'default', scheme: 'bearer', source: 'command', ...names, expiresAt},
        ...{fetch: undefined, token: undefined},
      },
    )
    assert.equal((await session.fetch('/a', {headers: {Authorization: 'theirs'}})).status, 200)
    assert.equal((await session.fetch(`${stage.url}/b`)).status, 200)
    assert.equal(await session.token(), 'one')
    assert.deepEqual(stage.received, ['Bearer one', 'Bearer one'])
    assert.equal((await stage.answers.asked()).length, 1)
  })

  it('may be an API key', async () => {
    await stage.answers.are({version: 1, token: 'key-1', scheme: 'api-key'})
    await (await stage.session(stage.inTurn())).fetch('/')
    assert.deepEqual(stage.received, ['key key-1'])
  })

  it('sends its credential nowhere else', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    const session = await stage.session(stage.inTurn())
    await problemOf(session.fetch('http://127.0.0.1:9/'), 'ORIGIN_FOREIGN', 78)
    assert.deepEqual(stage.received, [])
  })

  it('asks the command again after a 401, telling it so, and tries once more', async () => {
    await stage.answers.are({version: 1, token: 'one'}, {version: 1, token: 'two'})
    stage.dead.add('Bearer one')
    const session = await stage.session(stage.inTurn())
    const statuses = await Promise.all([session.fetch('/a'), session.fetch('/b', {method: 'POST', body: 'x'})])
    assert.deepEqual(
      statuses.map(({status}) => status),
      [200, 200],
    )
    assert.deepEqual(
      (await stage.answers.asked()).map(({request}) => request.refused),
      [false, true],
    )
  })

  it('does not send the same credential again, nor ask again for it', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    stage.dead.add('Bearer one')
    const session = await stage.session(stage.inTurn())
    assert.equal((await session.fetch('/')).status, 401)
    assert.deepEqual(stage.received, ['Bearer one'])
    assert.equal((await session.fetch('/')).status, 401)
    assert.equal((await stage.answers.asked()).length, 2)
  })

  it('is not continued with the credential of somebody else', async () => {
    await stage.answers.are({version: 1, token: 'one', subject: 'ada'}, {version: 1, token: 'two', subject: 'bea'})
    stage.dead.add('Bearer one')
    await problemOf((await stage.session(stage.inTurn())).fetch('/'), 'AUTH_COMMAND_CHANGED', 78)
    assert.deepEqual(stage.received, ['Bearer one'])
  })

  it('remembers the organization beside the other settings', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    const saved: unknown[] = []
    const remember = (change: object) => Promise.resolve(void saved.push(change))
    await (await stage.session(stage.inTurn(), {remember})).selectOrganization?.('acme')
    assert.deepEqual(saved, [{plugins: {[NAME]: {...stage.inTurn(), organization: 'acme'}}}])
    const session = await stage.session({...stage.inTurn(), organization: 'acme'})
    assert.deepEqual(session.organization, {value: 'acme', source: 'profile'})
  })
})

describe('a key or token from outside', () => {
  const outside = {secrets: {apiKey: 'key-9'}}
  const byProfile = {...outside, apiUrl: {value: 'http://127.0.0.1:9', source: 'profile'}} as const

  it("is not sent to the API that a profile's settings name: both are named, here as by `auth status`", async () => {
    const problem = await stage.refused(stage.inTurn(), 'ORIGIN_UNNAMED', 78, byProfile)
    assert.match(
      problem.message,
      /SUPERSET_API_KEY .*http:\/\/127\.0\.0\.1:9, .*https:\/\/api\.superset\.sh\. Nothing was sent/,
    )
    const given = stage.request(stage.inTurn(), byProfile)
    const described = await (await identity({request: given})).describe(given)
    assert.deepEqual([described.signedIn, described.problem?.code], [false, 'ORIGIN_UNNAMED'])
    for (const more of [
      {...byProfile, secrets: {}, apiKeyFlag: 'key-9'},
      {...byProfile, secrets: {token: 'token-9'}},
    ])
      await stage.refused(stage.inTurn(), 'ORIGIN_UNNAMED', 78, more)
  })

  it('is sent to the one that a variable or the policy names', async () => {
    for (const source of ['env:SUPERSET_API_URL', 'policy'] as const) {
      const session = await stage.session(stage.inTurn(), {...outside, apiUrl: {value: stage.url, source}})
      await session.fetch('/')
    }

    assert.deepEqual(stage.received, ['key key-9', 'key key-9'])
  })
})

describe('what a credential command is told', () => {
  it('everything in the environment but our secrets, its settings, and what is wanted in two languages', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    process.env['SUPERSET_TOKEN'] = NOISE
    process.env['AWS_PROFILE'] = 'work'
    try {
      await stage.session({...stage.inTurn(), env: {MODE: 'json'}, apiVersion: 'client.authentication.k8s.io/v1beta1'})
    } finally {
      delete process.env['SUPERSET_TOKEN']
      delete process.env['AWS_PROFILE']
    }

    const [asked] = await stage.answers.asked()
    assert.ok(asked)
    assert.deepEqual(asked.exec, {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      spec: {interactive: false, cluster: {server: stage.url}},
    })
    assert.deepEqual(asked.request, {
      version: 1,
      apiUrl: stage.url,
      profile: 'default',
      interactive: false,
      refused: false,
    })
    const {AWS_PROFILE, MODE, PATH, SUPERSET_TOKEN} = asked.env
    assert.deepEqual([AWS_PROFILE, MODE, SUPERSET_TOKEN], ['work', 'json', undefined])
    assert.equal(PATH, process.env['PATH'])
    assert.equal(asked.cwd, '/')
  })

  it('a command that asks for a session of its own is stopped', async () => {
    process.env['SUPERSET_CREDENTIAL_REQUEST'] = '{}'
    try {
      await stage.refused(stage.inTurn(), 'AUTH_COMMAND_NESTED', 78)
    } finally {
      delete process.env['SUPERSET_CREDENTIAL_REQUEST']
    }
  })
})

describe('a credential command that gives none', () => {
  const CASES: ReadonlyArray<readonly [string, string[], string, number, RegExp]> = [
    ['temporary', ['exit', '75'], 'AUTH_COMMAND_UNAVAILABLE', 75, /exit code: 75/],
    ['denied', ['exit', '77'], 'AUTH_COMMAND_DENIED', 77, /exit code: 77/],
    ['any other failure', ['exit', '1'], 'AUTH_COMMAND_FAILED', 78, /exit code: 1/],
    ['killed', ['kill'], 'AUTH_COMMAND_KILLED', 75, /SIGKILL/],
    ['flood', ['flood'], 'AUTH_COMMAND_OUTPUT', 78, /more than 1 MB/],
    ['garbage', ['say', NOISE], 'AUTH_COMMAND_OUTPUT', 78, /no JSON/],
    ['a newer version', ['say', '{"version": 2}'], 'AUTH_COMMAND_VERSION', 78, /speaks version 2; this plugin knows 1/],
  ]
  for (const [what, args, code, exit, message] of CASES) {
    it(`${what}: exit ${exit}, and nothing that it printed is shown`, async () => {
      const problem = await stage.refused(stage.acting(...args), code, exit)
      assert.match(problem.message, message)
      assert.equal(problem.retryable, exit === 75)
    })
  }

  it('hangs: it is ended at its deadline, and may be tried again', async () => {
    const problem = await stage.refused(
      {...stage.acting('hang', path.join(stage.folder, 'pids')), deadlineSeconds: 1},
      'AUTH_COMMAND_TIMEOUT',
      75,
    )
    assert.match(problem.message, /within 1 s/)
  })

  it('gives one that has ended: it is not used', async () => {
    await stage.answers.are({version: 1, token: NOISE, expiresAt: '2001-01-31T12:00:00Z'})
    const problem = await stage.refused(stage.inTurn(), 'AUTH_COMMAND_EXPIRED', 4)
    assert.match(problem.message, /expired at 2001-01-31T12:00:00.000Z/)
  })

  it('is not there, or no program', async () => {
    await stage.refused({command: '/no/such/command'}, 'AUTH_COMMAND_MISSING', 78)
    await stage.refused({command: 'no-such-command-anywhere'}, 'AUTH_COMMAND_MISSING', 78)
    await stage.refused({command: stage.folder}, 'AUTH_COMMAND_NOT_EXECUTABLE', 78)
  })

  it('needs a person, and there is no terminal', async () => {
    await stage.refused({...stage.inTurn(), interactive: 'always'}, 'AUTH_COMMAND_TERMINAL', 4)
  })

  const SIGNED_OUT: ReadonlyArray<readonly [string, object | undefined, RegExp]> = [
    ['it says so', {}, /Sign in where the credential command .* takes its credential from/],
    ['it says so, and a program signs in', {login: ['in'], logout: ['out']}, /^Run `superset auth login`\.$/],
    ['none is set', undefined, /Name the credential command in .*default\.json: \{"plugins"/],
  ]
  for (const [why, settings, step] of SIGNED_OUT) {
    it(`nobody is signed in when ${why}: the next step is told`, async () => {
      const given = stage.request(settings && {...stage.acting('exit', '4'), ...settings})
      const provider = await identity({request: given})
      assert.equal(await provider.session(given), undefined)
      assert.match(provider.signInSteps?.(given).join() ?? '', step)
    })
  }

  it('is signed out in the middle of a run: the next step is told', async () => {
    await stage.answers.are({version: 1, token: 'one'}, 'exit 4')
    stage.dead.add('Bearer one')
    const problem = await problemOf((await stage.session(stage.inTurn())).fetch('/'), 'AUTH_REQUIRED', 4)
    assert.match(problem.suggestions.join(), /takes its credential from/)
  })
})

describe('where the credential of a command may go', () => {
  it('not where a variable of the environment wants it', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    const apiUrl = {value: 'http://127.0.0.1:9', source: 'env:SUPERSET_API_URL'} as const
    const problem = await stage.refused(stage.inTurn(), 'ORIGIN_MISMATCH', 78, {apiUrl})
    assert.match(problem.message, /SUPERSET_API_URL names http:\/\/127\.0\.0\.1:9; nothing was sent/)
    await stage.refused({...stage.answers.settings}, 'ORIGIN_MISMATCH', 78, {apiUrl})
    assert.deepEqual(await stage.answers.asked(), [])
  })

  it('to the API of the profile or the policy, where the settings name none', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    for (const source of ['profile', 'policy'] as const) {
      assert.equal(
        (await stage.session(stage.answers.settings, {apiUrl: {value: stage.url, source}})).apiUrl,
        stage.url,
      )
    }
  })

  it('one of another issuer than the settings name is refused', async () => {
    await stage.answers.are({version: 1, token: 'one', issuer: 'https://other.test'})
    await stage.refused({...stage.inTurn(), issuer: 'https://login.acme.test'}, 'AUTH_COMMAND_ISSUER', 78)
    const policy = {file: '/etc/superset/policy.json', issuer: 'https://login.acme.test'}
    await stage.refused(stage.inTurn(), 'AUTH_COMMAND_ISSUER', 77, {policy})
  })

  it('a policy that allows no such credential keeps the command from running', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    const policy = {file: '/etc/superset/policy.json', methods: ['browser'] as const}
    await stage.refused(stage.inTurn(), 'POLICY_METHOD', 77, {policy})
    assert.deepEqual(await stage.answers.asked(), [])
    await stage.refused(stage.inTurn(), 'POLICY_METHOD', 77, {policy: {...policy, methods: ['api-key']}})
  })

  it('a credential that came with the run wins, and the command is not run', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    const apiUrl = {value: stage.url, source: 'env:SUPERSET_API_URL'} as const
    const flag = await stage.session(stage.inTurn(), {
      apiUrl,
      apiKeyFlag: 'key-f',
      secrets: {apiKey: 'key-e', token: 'tok'},
    })
    await flag.fetch('/')
    await (await stage.session(stage.inTurn(), {apiUrl, secrets: {token: 'tok'}})).fetch('/')
    assert.deepEqual(stage.received, ['key key-f', 'Bearer tok'])
    assert.deepEqual(await stage.answers.asked(), [])
  })
})
