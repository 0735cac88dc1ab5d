import assert from 'node:assert/strict'
import {once} from 'node:events'
import {chmod, copyFile, mkdir, mkdtemp, rm} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type {IdentityRequest, Session} from '@superset/identity'
import identity from '../../src/hooks/identity.ts'
import {NAME} from '../../src/settings.ts'
import {Answers, COMMAND, NOISE, problemOf} from '../support/command.ts'

const HOUR_MS = 3_600_000

let server: Server
let folder: string
let url: string
let answers: Answers
/** What reached the API: credentials, in order. */
const received: string[] = []
const dead = new Set<string>()

/** A run of the program whose profile has these settings. */
function request(settings: unknown, more: Partial<IdentityRequest> = {}): IdentityRequest {
  return {
    bin: 'superset',
    version: '1.0.0',
    homeDir: path.join(folder, '.superset'),
    profile: 'default',
    apiUrl: {value: 'https://api.superset.sh', source: 'default'},
    defaultApiUrl: 'https://api.superset.sh',
    webUrl: {value: 'https://app.superset.sh', source: 'default'},
    clientId: {value: 'superset-cli', source: 'default'},
    secrets: {},
    interactive: false,
    agentMode: true,
    tell: () => undefined,
    settings: {plugins: {[NAME]: settings}},
    ...more,
  }
}

async function open(settings: unknown, more?: Partial<IdentityRequest>): Promise<Session> {
  const given = request(settings, more)
  const session = await (await identity({request: given})).session(given)
  assert.ok(session, 'signed in')
  return session
}

function refused(settings: unknown, code: string, exit: number, more?: Partial<IdentityRequest>) {
  return problemOf(open(settings, more), code, exit)
}

/** Settings of a command that behaves in a certain way. */
const acting = (...args: string[]) => ({command: process.execPath, args: [COMMAND, ...args], apiUrl: url})
const inTurn = () => ({...answers.settings, apiUrl: url})

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'superset-command-'))
  answers = new Answers(folder)
  server = createServer(({headers}, response) => {
    const credential = headers.authorization ?? `key ${String(headers['x-api-key'])}`
    received.push(credential)
    response.writeHead(dead.has(credential) ? 401 : 200).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(async () => {
  server.close()
  server.closeAllConnections()
  await rm(folder, {recursive: true, force: true})
})
beforeEach(() => {
  received.length = 0
  dead.clear()
})

describe('a session of a credential command', () => {
  it('is what the command says, and its credential goes to its API', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS)
    const names = {issuer: 'https://login.acme.test', subject: '42', account: 'ada@acme.test'}
    await answers.are({version: 1, token: 'one', expiresAt, ...names})
    const session = await open(inTurn())
    assert.deepEqual(
      {...session, fetch: undefined, token: undefined},
      {
        ...{apiUrl: url, profile: 'default', scheme: 'bearer', source: 'command', ...names, expiresAt},
        ...{fetch: undefined, token: undefined},
      },
    )
    assert.equal((await session.fetch('/a', {headers: {Authorization: 'theirs'}})).status, 200)
    assert.equal((await session.fetch(`${url}/b`)).status, 200)
    assert.equal(await session.token(), 'one')
    assert.deepEqual(received, ['Bearer one', 'Bearer one'])
    assert.equal((await answers.asked()).length, 1)
  })

  it('may be an API key', async () => {
    await answers.are({version: 1, token: 'key-1', scheme: 'api-key'})
    await (await open(inTurn())).fetch('/')
    assert.deepEqual(received, ['key key-1'])
  })

  it('sends its credential nowhere else', async () => {
    await answers.are({version: 1, token: 'one'})
    const session = await open(inTurn())
    await problemOf(session.fetch('http://127.0.0.1:9/'), 'ORIGIN_FOREIGN', 78)
    assert.deepEqual(received, [])
  })

  it('asks the command again after a 401, telling it so, and tries once more', async () => {
    await answers.are({version: 1, token: 'one'}, {version: 1, token: 'two'})
    dead.add('Bearer one')
    const session = await open(inTurn())
    const statuses = await Promise.all([session.fetch('/a'), session.fetch('/b', {method: 'POST', body: 'x'})])
    assert.deepEqual(
      statuses.map(({status}) => status),
      [200, 200],
    )
    assert.deepEqual(
      (await answers.asked()).map(({request}) => request.refused),
      [false, true],
    )
  })

  it('does not send the same credential again, nor ask again for it', async () => {
    await answers.are({version: 1, token: 'one'})
    dead.add('Bearer one')
    const session = await open(inTurn())
    assert.equal((await session.fetch('/')).status, 401)
    assert.deepEqual(received, ['Bearer one'])
    assert.equal((await session.fetch('/')).status, 401)
    assert.equal((await answers.asked()).length, 2)
  })

  it('is not continued with the credential of somebody else', async () => {
    await answers.are({version: 1, token: 'one', subject: 'ada'}, {version: 1, token: 'two', subject: 'bea'})
    dead.add('Bearer one')
    await problemOf((await open(inTurn())).fetch('/'), 'AUTH_COMMAND_CHANGED', 78)
    assert.deepEqual(received, ['Bearer one'])
  })

  it('remembers the organization beside the other settings', async () => {
    await answers.are({version: 1, token: 'one'})
    const saved: unknown[] = []
    const remember = (change: object) => Promise.resolve(void saved.push(change))
    await (await open(inTurn(), {remember})).selectOrganization?.('acme')
    assert.deepEqual(saved, [{plugins: {[NAME]: {...inTurn(), organization: 'acme'}}}])
    const session = await open({...inTurn(), organization: 'acme'})
    assert.deepEqual(session.organization, {value: 'acme', source: 'profile'})
  })
})

describe('what a credential command is told', () => {
  it('everything in the environment but our secrets, its settings, and what is wanted in two languages', async () => {
    await answers.are({version: 1, token: 'one'})
    process.env['SUPERSET_TOKEN'] = NOISE
    process.env['AWS_PROFILE'] = 'work'
    try {
      await open({...inTurn(), env: {MODE: 'json'}, apiVersion: 'client.authentication.k8s.io/v1beta1'})
    } finally {
      delete process.env['SUPERSET_TOKEN']
      delete process.env['AWS_PROFILE']
    }

    const [asked] = await answers.asked()
    assert.ok(asked)
    assert.deepEqual(asked.exec, {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      spec: {interactive: false, cluster: {server: url}},
    })
    assert.deepEqual(asked.request, {version: 1, apiUrl: url, profile: 'default', interactive: false, refused: false})
    const {AWS_PROFILE, MODE, PATH, SUPERSET_TOKEN} = asked.env
    assert.deepEqual([AWS_PROFILE, MODE, SUPERSET_TOKEN], ['work', 'json', undefined])
    assert.equal(PATH, process.env['PATH'])
    assert.equal(asked.cwd, '/')
  })

  it('a command that asks for a session of its own is stopped', async () => {
    process.env['SUPERSET_CREDENTIAL_REQUEST'] = '{}'
    try {
      await refused(inTurn(), 'AUTH_COMMAND_NESTED', 78)
    } finally {
      delete process.env['SUPERSET_CREDENTIAL_REQUEST']
    }
  })
})

describe('a credential command that gives none', () => {
  const CASES: ReadonlyArray<readonly [string, string[], string, number, RegExp]> = [
    ['signed out', ['exit', '4'], 'AUTH_REQUIRED', 4, /sign-in is needed/],
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
      const problem = await refused(acting(...args), code, exit)
      assert.match(problem.message, message)
      assert.equal(problem.retryable, exit === 75)
    })
  }

  it('hangs: it is ended at its deadline, and may be tried again', async () => {
    const problem = await refused(
      {...acting('hang', path.join(folder, 'pids')), deadlineSeconds: 1},
      'AUTH_COMMAND_TIMEOUT',
      75,
    )
    assert.match(problem.message, /within 1 s/)
  })

  it('gives one that has ended: it is not used', async () => {
    await answers.are({version: 1, token: NOISE, expiresAt: '2001-01-31T12:00:00Z'})
    const problem = await refused(inTurn(), 'AUTH_COMMAND_EXPIRED', 4)
    assert.match(problem.message, /expired at 2001-01-31T12:00:00.000Z/)
  })

  it('is not there, or no program', async () => {
    await refused({command: '/no/such/command'}, 'AUTH_COMMAND_MISSING', 78)
    await refused({command: 'no-such-command-anywhere'}, 'AUTH_COMMAND_MISSING', 78)
    await refused({command: folder}, 'AUTH_COMMAND_NOT_EXECUTABLE', 78)
    await refused(undefined, 'AUTH_COMMAND_UNSET', 78)
  })

  it('needs a person, and there is no terminal', async () => {
    await refused({...inTurn(), interactive: 'always'}, 'AUTH_COMMAND_TERMINAL', 4)
  })

  it('is signed out, and `auth login` can help: nobody is signed in', async () => {
    const given = request({...acting('exit', '4'), login: ['/bin/true']})
    assert.equal(await (await identity({request: given})).session(given), undefined)
  })
})

describe('where the credential of a command may go', () => {
  it('not where a variable of the environment wants it', async () => {
    await answers.are({version: 1, token: 'one'})
    const apiUrl = {value: 'http://127.0.0.1:9', source: 'env:SUPERSET_API_URL'} as const
    const problem = await refused(inTurn(), 'ORIGIN_MISMATCH', 78, {apiUrl})
    assert.match(problem.message, /SUPERSET_API_URL names http:\/\/127\.0\.0\.1:9; nothing was sent/)
    await refused({...answers.settings}, 'ORIGIN_MISMATCH', 78, {apiUrl})
    assert.deepEqual(await answers.asked(), [])
  })

  it('to the API of the profile or the policy, where the settings name none', async () => {
    await answers.are({version: 1, token: 'one'})
    for (const source of ['profile', 'policy'] as const) {
      assert.equal((await open(answers.settings, {apiUrl: {value: url, source}})).apiUrl, url)
    }
  })

  it('one of another issuer than the settings name is refused', async () => {
    await answers.are({version: 1, token: 'one', issuer: 'https://other.test'})
    await refused({...inTurn(), issuer: 'https://login.acme.test'}, 'AUTH_COMMAND_ISSUER', 78)
    const policy = {file: '/etc/superset/policy.json', issuer: 'https://login.acme.test'}
    await refused(inTurn(), 'AUTH_COMMAND_ISSUER', 77, {policy})
  })

  it('a policy that allows no such credential keeps the command from running', async () => {
    await answers.are({version: 1, token: 'one'})
    const policy = {file: '/etc/superset/policy.json', methods: ['browser'] as const}
    await refused(inTurn(), 'POLICY_METHOD', 77, {policy})
    assert.deepEqual(await answers.asked(), [])
    await refused(inTurn(), 'POLICY_METHOD', 77, {policy: {...policy, methods: ['api-key']}})
  })

  it('a credential that came with the run wins, and the command is not run', async () => {
    await answers.are({version: 1, token: 'one'})
    const apiUrl = {value: url, source: 'env:SUPERSET_API_URL'} as const
    const flag = await open(inTurn(), {apiUrl, apiKeyFlag: 'key-f', secrets: {apiKey: 'key-e', token: 'tok'}})
    await flag.fetch('/')
    await (await open(inTurn(), {apiUrl, secrets: {token: 'tok'}})).fetch('/')
    assert.deepEqual(received, ['key key-f', 'Bearer tok'])
    assert.deepEqual(await answers.asked(), [])
  })
})

describe('what is known of a credential command without running it', () => {
  it('`auth status` names the command and runs nothing', async () => {
    await answers.are({version: 1, token: 'one'})
    const given = request({...inTurn(), issuer: 'https://login.acme.test'})
    const described = await (await identity({request: given})).describe(given)
    const {notes, ...rest} = described
    assert.deepEqual(rest, {
      ...{profile: 'default', apiUrl: url, hides: [], signedIn: true, source: 'command', renewable: true},
      issuer: 'https://login.acme.test',
    })
    assert.match(notes.join(), new RegExp(`^${process.execPath} is asked .* nothing is stored`))
    assert.deepEqual(await answers.asked(), [])
  })

  it('`auth status` describes faulty settings, and what is hidden', async () => {
    const faulty = request({command: 'no-such-command-anywhere'})
    const provider = await identity({request: faulty})
    assert.equal((await provider.describe(faulty)).problem?.code, 'AUTH_COMMAND_MISSING')
    const hidden = await provider.describe({...faulty, secrets: {token: 'tok'}})
    assert.deepEqual([hidden.source, hidden.hides], ['env:SUPERSET_TOKEN', ['command']])
  })

  it('signing in and out is offered where there are programs for it', async () => {
    const plain = await identity({request: request(inTurn())})
    assert.deepEqual([plain.capabilities, plain.login, plain.logout], [['organization'], undefined, undefined])
    const able = await identity({request: request({...inTurn(), login: ['in'], logout: ['out']})})
    assert.deepEqual(able.capabilities, ['organization', 'login', 'logout'])
    const given = request({...inTurn(), login: [process.execPath]})
    const {login} = await identity({request: given})
    assert.ok(login)
    await problemOf(login(given, {}), 'AUTH_COMMAND_TERMINAL', 4)
    await problemOf(login(given, {apiKey: NOISE}), 'AUTH_NOT_SUPPORTED', 78)
  })

  it('signing out runs the program for it, and says what it said', async () => {
    const signOut = (code: string) => {
      const given = request({...inTurn(), logout: [process.execPath, COMMAND, 'exit', code]})
      return identity({request: given}).then((provider) => provider.logout!(given))
    }
    assert.equal((await signOut('0')).signedOut, true)
    await problemOf(signOut('75'), 'AUTH_COMMAND_UNAVAILABLE', 75)
  })

  it('`doctor` says whether it can be run, and whether others can change it', async () => {
    const safe = path.join(folder, 'safe')
    await mkdir(safe, {mode: 0o700})
    const command = path.join(safe, 'command')
    await copyFile(COMMAND, command)
    const outcomes = async () => {
      const given = request({command, login: [command]})
      const checks = (await (await identity({request: given})).diagnose?.(given)) ?? []
      return checks.map(({outcome}) => outcome)
    }
    await chmod(command, 0o600)
    assert.deepEqual(await outcomes(), ['fail'])
    await chmod(command, 0o755)
    assert.deepEqual(await outcomes(), ['pass', 'pass'])
    await chmod(command, 0o757)
    assert.deepEqual(await outcomes(), ['pass', 'fail'])
    await chmod(command, 0o755)
    await chmod(safe, 0o777)
    assert.deepEqual(await outcomes(), ['pass', 'fail'])
  })
})
