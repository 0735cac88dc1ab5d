import {type Fault, UNAUTHORIZED} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {readdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {peekClaims} from '../../src/jwt-claims.ts'
import {problemOf} from '../support/problems.ts'
import {EXCHANGE, WorkloadStage} from './workload-stage.ts'

const GITHUB = {from: 'github'} as const
const GITLAB = {from: 'gitlab'} as const

describe('a job that signs in with the identity of its machine', () => {
  let stage: WorkloadStage
  before(async () => {
    stage = await WorkloadStage.open()
  })
  after(() => stage[Symbol.asyncDispose]())
  afterEach(() => stage.reset())

  const whoami = async (session: {fetch(input: string): Promise<Response>}) => {
    const response = await session.fetch('/api/trpc/user.me')
    return {status: response.status, text: await response.text()}
  }
  const withToken = async (claims: {expiresInSeconds?: number; subject?: string; audience?: string} = {}) => ({
    secrets: {workloadToken: await stage.jobs.issue({audience: stage.provider.url, ...claims})},
  })

  it('on GitHub Actions: asks for its token, exchanges it once, and stores nothing', async () => {
    const before = stage.jobs.asked.length
    const session = await stage.session(GITHUB)
    for (let call = 0; call < 3; call++) {
      const {status, text} = await whoami(session)
      assert.equal(status, 200)
      assert.ok(text.includes(stage.sandbox.users.admin.email))
    }

    assert.deepEqual(stage.jobs.asked.slice(before), [stage.provider.url], 'for the issuer, unless told otherwise')
    assert.equal(stage.exchanges, 1)
    const {issuer, apiUrl, scheme, source, subject} = session
    assert.deepEqual(
      {issuer, apiUrl, scheme, source, subject},
      {
        ...{issuer: stage.provider.url, apiUrl: stage.sandbox.url},
        ...{scheme: 'bearer', source: 'workload', subject: stage.sandbox.users.admin.email},
      },
    )
    assert.equal(peekClaims(await session.token())['aud'], stage.sandbox.url)
    assert.ok(session.expiresAt && session.expiresAt.getTime() > Date.now())
    const [exchange] = stage.provider.journal.token
    assert.deepEqual(
      [exchange?.clientId, exchange?.resource, exchange?.issued],
      ['superset-cli', stage.sandbox.url, undefined],
    )
    const identity = path.join(stage.home.homeDir, 'identity')
    assert.deepEqual(existsSync(identity) ? await readdir(identity) : [], ['discovery'], 'public metadata alone')
  })

  it('on GitLab, from a variable of its own, and from a file that is replaced', async () => {
    const changes = await withToken()
    assert.equal((await whoami(await stage.session(GITLAB, changes))).status, 200)
    assert.equal((await whoami(await stage.session({from: 'env:MY_TOKEN'}, changes))).status, 200)
    const file = path.join(path.dirname(stage.home.homeDir), 'token')
    await writeFile(file, `${changes.secrets.workloadToken}\n`)
    const session = await stage.session({from: `file:${file}`})
    assert.equal((await whoami(session)).status, 200)
    // The machine has put a new token there when the access token is due.
    await writeFile(file, (await withToken({subject: 'repo:mallory/robots'})).secrets.workloadToken)
    stage.aheadMs = 601_000
    const problem = await problemOf(session.token(), 'WORKLOAD_REFUSED')
    assert.ok(problem.suggestions.some((line) => line.includes('subject repo:mallory/robots')))
  })

  it('asks for the audience, resource and scope that the settings name', async () => {
    await assert.rejects(stage.session({...GITHUB, audience: 'https://other.test'}))
    assert.equal(stage.jobs.asked.at(-1), 'https://other.test')
    const bodies: string[] = []
    const {send} = stage
    stage.send = (request) => {
      if (request.method === 'POST') bodies.push(String(request.body))
      return send(request)
    }
    const sent = async (settings: {readonly [name: string]: string}) => {
      await stage.session(GITHUB, {settings})
      const {resource, audience, scope, ...rest} = Object.fromEntries(new URLSearchParams(bodies.at(-1)))
      assert.deepEqual(Object.keys(rest).toSorted(), [
        ...['client_id', 'grant_type', 'requested_token_type', 'subject_token', 'subject_token_type'],
      ])
      return {resource, audience, scope}
    }
    const resource = stage.sandbox.url
    assert.deepEqual(await sent({}), {resource, audience: undefined, scope: undefined})
    assert.deepEqual(await sent({scope: 'openid offline_access tasks'}), {
      ...{resource, audience: undefined, scope: 'openid tasks'},
    })
    assert.deepEqual(await sent({resource: 'none', audience: 'api'}), {
      ...{resource: undefined, audience: 'api', scope: undefined},
    })
  })

  it('gets another token before the old one ends, and while that fails goes on with the old one', async () => {
    const session = await stage.session(GITHUB)
    const first = await session.token()
    stage.aheadMs = 300_000
    assert.equal(await session.token(), first)
    stage.aheadMs = 450_000
    stage.provider.faults.token.add({answer: {status: 503}, times: 3})
    assert.equal(await session.token(), first, 'it still serves')
    assert.equal(await session.token(), first, 'and nobody is asked again at once')
    assert.deepEqual([stage.exchanges, stage.pauses], [4, [500, 2000]])
    stage.aheadMs = 490_000
    assert.notEqual(await session.token(), first)
    assert.equal(stage.exchanges, 5)
  })

  it('row 89: after a 401 it fetches its own token anew, exchanges it, and asks once more', async () => {
    const session = await stage.session(GITHUB)
    const before = stage.jobs.asked.length
    stage.sandbox.faults.api.add({answer: UNAUTHORIZED})
    assert.equal((await whoami(session)).status, 200)
    assert.deepEqual([stage.exchanges, stage.jobs.asked.length], [2, before + 1])
    // Refused again and again: the answer is handed back, and the issuer left alone.
    stage.sandbox.faults.api.add({answer: UNAUTHORIZED, times: 3})
    assert.equal((await whoami(session)).status, 401)
    assert.equal((await whoami(session)).status, 401)
    assert.equal(stage.exchanges, 2)
  })

  it('exchanges once for requests that start together', async () => {
    const session = await stage.session(GITHUB)
    stage.aheadMs = 601_000
    const tokens = await Promise.all([session.token(), session.token(), session.token()])
    assert.equal(new Set(tokens).size, 1)
    assert.equal(stage.exchanges, 2)
  })

  const PASSING: Readonly<Record<string, Fault>> = {
    'a connection that is cut': {cut: 'before'},
    'an answer that is lost': {cut: 'after'},
    'a server that is down': {answer: {status: 502, body: '<html>Bad gateway</html>'}},
    'a server that says when to come back': {answer: {status: 503, headers: {'retry-after': '3'}}},
    'too many requests, in plain words': {answer: {status: 429, body: 'Too many requests'}},
    'a page that is no answer': {answer: {status: 200, body: 'Welcome to our Wi-Fi'}},
  }
  for (const [name, fault] of Object.entries(PASSING)) {
    it(`tries again after ${name}, twice, then says that it is temporary`, async () => {
      const {token} = stage.provider.faults
      token.add({grant: EXCHANGE, ...fault, times: 2})
      assert.equal((await whoami(await stage.session(GITHUB))).status, 200)
      const named = 'answer' in fault && fault.answer?.headers !== undefined
      assert.deepEqual(stage.pauses, named ? [3000, 3000] : [500, 2000])
      token.add({grant: EXCHANGE, ...fault, times: 3})
      const problem = await failure(stage.session(GITHUB))
      assert.deepEqual([problem.exit, problem.retryable], [75, true])
    })
  }

  it('does not wait for a server that wants to be left alone for long', async () => {
    stage.provider.faults.token.add({answer: {status: 429, headers: {'retry-after': '90'}}})
    assert.equal((await problemOf(stage.session(GITHUB), 'AUTH_UNAVAILABLE')).exit, 75)
    assert.deepEqual(stage.pauses, [])
  })

  it('says what is missing, and how to get it there', async () => {
    const none = {secrets: {}}
    for (const [from, message, remedy] of [
      ['github', /no permission `id-token: write`/, /permissions: id-token: write/],
      ['gitlab', /SUPERSET_ID_TOKEN is not set/, /id_tokens: SUPERSET_ID_TOKEN/],
      ['env:MY_TOKEN', /MY_TOKEN is not set/, /SUPERSET_WORKLOAD_IDENTITY/],
      ['file:/no/such/token', /\/no\/such\/token cannot be read \(ENOENT\)/, /SUPERSET_WORKLOAD_IDENTITY/],
    ] as const) {
      const problem = await problemOf(stage.session({from}, none), 'WORKLOAD_TOKEN_MISSING')
      assert.equal(problem.exit, 78)
      assert.match(problem.message, message)
      assert.match(problem.suggestions[0] ?? '', remedy)
    }

    for (const text of ['two words', 'übel', '']) {
      const file = path.join(path.dirname(stage.home.homeDir), 'token')
      await writeFile(file, text)
      assert.equal((await problemOf(stage.session({from: `file:${file}`}, none), 'WORKLOAD_TOKEN_MALFORMED')).exit, 78)
    }

    assert.deepEqual([stage.exchanges, stage.pauses], [0, []])
  })

  it('sends the bearer for GitHub over https or to this machine, and follows it nowhere', async () => {
    for (const url of ['http://actions.evil.test/token', 'ftp://x', 'nonsense']) {
      assert.equal((await problemOf(stage.session(GITHUB, {}, url), 'WORKLOAD_TOKEN_MISSING')).exit, 78)
    }

    const before = stage.jobs.asked.length
    stage.jobs.faults.add({answer: {status: 302, headers: {location: stage.jobs.requestUrl}}})
    assert.equal((await problemOf(stage.session(GITHUB), 'WORKLOAD_TOKEN_REFUSED')).exit, 78)
    assert.equal(stage.jobs.asked.length, before)
  })

  it('tells when GitHub gives no token: for good, or for now', async () => {
    const wrong = {secrets: {workloadRequestToken: 'guessed'}}
    assert.equal((await problemOf(stage.session(GITHUB, wrong), 'WORKLOAD_TOKEN_REFUSED')).exit, 77)
    assert.deepEqual(stage.pauses, [])
    stage.jobs.faults.add({answer: {status: 500}, times: 3})
    assert.equal((await problemOf(stage.session(GITHUB), 'WORKLOAD_TOKEN_REFUSED')).exit, 75)
    stage.jobs.faults.add({cut: 'before', times: 2})
    assert.equal((await whoami(await stage.session(GITHUB))).status, 200)
  })

  it('tells a refusal with what this job showed, never as a session that ended', async () => {
    for (const [claims, shown] of [
      [{audience: 'https://other.test'}, /audience https:\/\/other\.test/],
      [{subject: 'repo:mallory/robots'}, /subject repo:mallory\/robots/],
      [{expiresInSeconds: -60}, /ended at/],
    ] as const) {
      const problem = await problemOf(stage.session(GITLAB, await withToken(claims)), 'WORKLOAD_REFUSED')
      assert.equal(problem.exit, 77)
      assert.match(problem.message, /refused the identity of this job \(invalid_request: /)
      assert.ok(
        problem.suggestions.some((line) => shown.test(line)),
        problem.suggestions.join('\n'),
      )
      assert.doesNotMatch(JSON.stringify(problem), /session|eyJ/)
    }

    assert.deepEqual(stage.pauses, [], 'a refusal is not asked for again')
  })

  it('tells what must be configured at the issuer', async () => {
    const answers: ReadonlyArray<readonly [string, Fault['answer'], RegExp]> = [
      ['unsupported_grant_type', undefined, /does not exchange tokens for the client superset-cli/],
      ['unauthorized_client', undefined, /does not exchange tokens for the client superset-cli/],
      ['invalid_target', undefined, /issues no tokens for http:\/\/127/],
      ['no endpoint', {status: 404, body: 'nothing here'}, /has no token endpoint at .*\(HTTP 404\)/],
      [
        'elsewhere',
        {status: 307, headers: {location: 'https://evil.test/token'}},
        /on to evil\.test; that is not followed/,
      ],
      ['another token', {status: 200, body: {access_token: 'x', token_type: 'N_A'}}, /unsupported type/],
    ]
    for (const [error, answer, message] of answers) {
      stage.provider.faults.token.add({answer: answer ?? {status: 400, body: {error}}})
      const problem = await problemOf(stage.session(GITHUB), 'WORKLOAD_UNSUPPORTED')
      assert.equal(problem.exit, 78)
      assert.match(problem.message, message)
    }

    assert.equal(stage.exchanges, answers.length)
  })

  it('row 45: tells an issuer that cannot be reached', async () => {
    await rm(stage.home.homeDir, {recursive: true, force: true})
    const issuer = {value: 'http://127.0.0.1:1', source: 'env:SUPERSET_ISSUER'} as const
    const problem = await problemOf(stage.session(GITHUB, {issuer}), 'NETWORK_UNREACHABLE')
    assert.equal(problem.exit, 75)
    assert.equal(stage.pauses.length, 2)
  })

  async function failure(work: Promise<unknown>) {
    try {
      await work
    } catch (error) {
      return error as {exit: number; retryable: boolean}
    }

    return assert.fail('it succeeded')
  }
})
