import assert from 'node:assert/strict'
import {startSandbox, UNAUTHORIZED, type Fault, type Sandbox} from '@superset/sandbox'
import {CLI, Home, type Run} from '../support/cli.ts'
import {deadAddress} from '../support/counting-server.ts'
import {assertSucceeded, signIn} from '../support/signed-in.ts'
import {spawn} from 'node:child_process'
import {once} from 'node:events'

interface ErrorObject {
  readonly code: string
  readonly message: string
  readonly exit: number
  readonly suggestions: readonly string[]
  readonly retryable: boolean
  readonly retryAfterSeconds?: number
}

const LIST = ['tasks', 'list', '--json']
const CREATE = ['tasks', 'create', '--title', 'Write it down', '--json']

/** What the service's API answers wrongly, seen from the built CLI: class, message, and how often it was asked. */
describe('faults of the API', () => {
  let sandbox: Sandbox
  let home: Home
  let env: Record<string, string>

  before(async () => {
    sandbox = await startSandbox()
    home = await Home.createResident()
    env = await signIn(home, sandbox, 'file')
    assertSucceeded(await home.run(LIST, {env}))
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await sandbox.close()
  })
  afterEach(() => sandbox.faults.api.clear())

  const refreshes = () => sandbox.counters.token['refresh_token'] ?? 0
  const tasks = async () => JSON.parse((await home.run(LIST, {env})).stdout) as unknown[]

  function errorOf(run: Run, exit: number): ErrorObject {
    assert.equal(run.code, exit, run.stdout + run.stderr)
    const {error} = JSON.parse(run.stdout) as {error: ErrorObject}
    assert.equal(error.exit, exit)
    return error
  }

  const answer = (
    status: number,
    code: string,
    message: string,
    headers?: Record<string, string>,
  ): NonNullable<Fault['answer']> => ({
    status,
    body: {error: {json: {message, code: -32_000, data: {code, httpStatus: status}}}},
    ...(headers && {headers}),
  })

  /** Runs under a fault of one procedure that does not end; counts the requests for it. */
  async function under(
    procedure: string,
    fault: Fault,
    args: readonly string[],
    more: Record<string, string> = {},
  ): Promise<Run & {requests: number}> {
    const active = sandbox.faults.api.add({...fault, procedure, times: 1000})
    const run = await home.run(args, {env: {...env, ...more}})
    return {...run, requests: active.applied}
  }

  for (const [what, procedure, args] of [
    ['query', 'task.list', LIST],
    ['mutation', 'task.create', CREATE],
  ] as const) {
    it(`row 89: a 401 on a ${what}: one refresh, one retry, done`, async () => {
      const before = refreshes()
      const count = (await tasks()).length
      const once = sandbox.faults.api.add({procedure, answer: UNAUTHORIZED})
      assertSucceeded(await home.run(args, {env}))
      assert.deepEqual([once.applied, refreshes() - before], [1, 1])
      assert.equal((await tasks()).length - count, what === 'query' ? 0 : 1, 'done exactly once')
    })

    it(`row 89: a 401 on a ${what} that stays: exit 4 after one refresh and one retry`, async () => {
      const before = refreshes()
      const run = await under(procedure, {answer: UNAUTHORIZED}, args)
      const {code, suggestions} = errorOf(run, 4)
      assert.equal(code, 'AUTH_REFUSED')
      assert.match(suggestions.join(' '), /`superset auth login`/)
      assert.deepEqual([run.requests, refreshes() - before], [2, 1])
    })
  }

  it('row 90: "Invalid API key." with a 500: exit 4, names the source, is not retried', async () => {
    // Of any procedure, whichever comes first: the service looks at the key before it looks at the question.
    const bad = sandbox.faults.api.add({
      answer: answer(500, 'INTERNAL_SERVER_ERROR', 'Invalid API key.'),
      times: 1000,
    })
    const run = await home.run(LIST, {env: {...env, SUPERSET_API_KEY: 'sk_live_wrong'}})
    const {code, message} = errorOf(run, 4)
    assert.deepEqual([code, bad.applied], ['AUTH_API_KEY_INVALID', 1])
    assert.match(message, /^The API key \(from SUPERSET_API_KEY\) is not valid\./)
    assert.doesNotMatch(run.stdout + run.stderr, /sk_live_wrong/)
  })

  it('row 91: not a member: names where the organization came from and how to change it', async () => {
    const foreign = '00000000-0000-4000-8000-000000000000'
    const fromVariable = errorOf(await home.run(LIST, {env: {...env, SUPERSET_ORGANIZATION_ID: foreign}}), 77)
    assert.equal(fromVariable.message, `You are not a member of ${foreign} (from SUPERSET_ORGANIZATION_ID).`)
    assert.match(fromVariable.suggestions.join(' '), /correct SUPERSET_ORGANIZATION_ID/)
    const fromFlag = errorOf(await home.run([...LIST, '--organization', foreign], {env}), 77)
    assert.match(fromFlag.message, /\(from --organization\)\.$/)
  })

  for (const [row, name, given, exit, code, message] of [
    [92, '403', answer(403, 'FORBIDDEN', 'Owners only'), 77, 'SERVICE_DENIED', /^Owners only$/],
    [
      93,
      '404 of an entity',
      answer(404, 'NOT_FOUND', 'Task not found: T-9.'),
      1,
      'SERVICE_NOT_FOUND_ENTITY',
      /^Task not found: T-9\.$/,
    ],
    [
      94,
      '404 of a procedure',
      answer(404, 'NOT_FOUND', 'No procedure found on path "x"'),
      78,
      'SERVICE_PROCEDURE_UNKNOWN',
      /does not know task\.(list|create)/,
    ],
    [
      95,
      '400',
      answer(400, 'BAD_REQUEST', '[{"path":["title"],"code":"too_small","origin":"string","minimum":1}]'),
      2,
      'SERVICE_INVALID',
      /^title: must not be empty$/,
    ],
    [96, '409', answer(409, 'CONFLICT', 'Slug taken'), 1, 'SERVICE_REFUSED', /^Slug taken$/],
    [96, '412', answer(412, 'PRECONDITION_FAILED', 'Changed meanwhile'), 1, 'SERVICE_REFUSED', /^Changed meanwhile$/],
  ] as const) {
    it(`row ${row}: ${name}: exit ${exit}, asked once, by queries and mutations`, async () => {
      for (const [procedure, args] of [
        ['task.list', LIST],
        ['task.create', CREATE],
      ] as const) {
        const run = await under(procedure, {answer: given}, args)
        const error = errorOf(run, exit)
        assert.deepEqual([error.code, run.requests], [code, 1])
        assert.match(error.message, message)
        sandbox.faults.api.clear()
      }
    })
  }

  it('row 97: 429: a query waits and asks again, a mutation does not', async () => {
    const slow = answer(429, 'TOO_MANY_REQUESTS', 'slow down', {'retry-after': '1'})
    sandbox.faults.api.add({procedure: 'task.list', answer: slow, times: 1})
    assertSucceeded(await home.run(LIST, {env}))
    const run = await under('task.create', {answer: slow}, CREATE)
    const {code, message, retryAfterSeconds} = errorOf(run, 75)
    assert.deepEqual([code, retryAfterSeconds, run.requests], ['SERVICE_TOO_MANY_REQUESTS', 1, 1])
    assert.match(message, /^Too many requests; retry after 1 s\./)
  })

  for (const [name, fault] of [
    ['500', {answer: answer(500, 'INTERNAL_SERVER_ERROR', 'oops')}],
    ['a web page', {answer: {status: 200, headers: {'content-type': 'text/html'}, body: '<html>Hotel</html>'}}],
    ['a reset', {cut: 'after'}],
    ['an answer that is cut off', {cut: 'within'}],
  ] as ReadonlyArray<readonly [string, Fault]>) {
    it(`row 98: ${name} on a query: three tries, then exit 75`, async () => {
      const run = await under('task.list', fault, LIST)
      const {code, message, retryable} = errorOf(run, 75)
      assert.deepEqual([code, retryable, run.requests], ['SERVICE_UNAVAILABLE', true, 3])
      assert.match(message, /^The service is temporarily unavailable/)
    })

    it(`row 99: ${name} on a mutation: sent once, and what it may have done is said`, async () => {
      const run = await under('task.create', fault, CREATE)
      const {code, message, suggestions} = errorOf(run, 75)
      assert.deepEqual([code, run.requests], ['SERVICE_OUTCOME_UNKNOWN', 1])
      assert.match(message, /may or may not have been made/)
      assert.match(suggestions.join(' '), /`superset tasks (get|list)/)
    })
  }

  it('row 100: refused: neither a query nor a mutation was sent, and both say so', async () => {
    const address = await deadAddress()
    for (const args of [LIST, CREATE]) {
      const elsewhere = {SUPERSET_API_URL: address, SUPERSET_TOKEN: 'a-token', SUPERSET_ORGANIZATION_ID: 'org-1'}
      const {code, message, retryable} = errorOf(await home.run(args, {env: elsewhere}), 75)
      assert.deepEqual([code, retryable], ['SERVICE_UNREACHABLE', true])
      assert.match(message, /^Cannot reach 127\.0\.0\.1:\d+: the connection was refused\. Nothing was sent\.$/)
    }
  })

  it('row 102: nobody reads stdout: exit 0, not a word', async () => {
    const child = spawn(process.execPath, [CLI, ...LIST], {env: {...process.env, HOME: home.path, ...env}})
    child.stdout.destroy()
    let said = ''
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    const [code] = (await once(child, 'close')) as [number]
    assert.deepEqual([code, said], [0, ''])
  })
})
