import assert from 'node:assert/strict'
import {isProblem, Problem, type Session} from '@superset/identity'
import {type Api, connect} from '../../../src/service/client.ts'
import nock from 'nock'
import {withoutNetwork} from '../../support/without-network.ts'
import {
  type Answer,
  type Answering,
  answeringHere,
  cut,
  inTurn,
  ORIGIN,
  page,
  result,
  sessionAt,
  trpcError,
} from './answering.ts'

describe('the service client', () => {
  let server: Answering | undefined
  let waits: number[] = []
  withoutNetwork()
  afterEach(() => {
    server = undefined
    waits = []
  })

  function api(answers: Answer[], session: Partial<Session> = {}, organizationId?: string): Promise<Api> {
    server = answeringHere(inTurn(...answers))
    return connect({
      session: sessionAt(server.origin, session),
      version: '1.2.3',
      organizationId,
      timeoutMs: 600_000,
      wait: async (milliseconds) => waits.push(milliseconds),
    })
  }

  async function refusal(work: Promise<unknown>): Promise<Problem> {
    try {
      await work
    } catch (error) {
      assert.ok(isProblem(error), String(error))
      return error
    }

    return assert.fail('was accepted')
  }

  const requests = () => server?.received.length

  it('asks in the single form, with superjson around the input', async () => {
    const service = await api([result({ok: true})])
    assert.deepEqual(await service.query('task.list', {limit: 2, search: undefined}), {ok: true})
    const [{headers, input, method, path} = assert.fail()] = server?.received ?? []
    assert.deepEqual([method, path, input], ['GET', 'task.list', {json: {limit: 2}}])
    assert.equal(headers['x-superset-client'], 'cli/1.2.3')
    assert.equal('x-superset-organization-id' in headers, false)
  })

  it('sends no input where there is none, and null where it is meant', async () => {
    const service = await api([result(null)])
    await service.query('user.me')
    await service.mutate('task.update', {id: 'a', dueDate: null, title: undefined})
    assert.deepEqual(
      server?.received.map(({input}) => input),
      [undefined, {json: {id: 'a', dueDate: null}}],
    )
  })

  it('takes a result without data for one that says nothing', async () => {
    const bodies = ['{"result":{}}', '{"result":{"data":null}}', '{"result":{"data":7}}']
    const service = await api(bodies.map((body) => ({status: 200, body})))
    for (const body of bodies) assert.equal(await service.query('task.list'), undefined, body)
  })

  it('names the organization when there is one', async () => {
    const service = await api([result([])], {}, 'org-1')
    await service.query('task.list')
    assert.equal(server?.received[0]?.headers['x-superset-organization-id'], 'org-1')
  })

  it('row 90: an API key that the service answers with 500 is no fault of the service', async () => {
    const service = await api([trpcError(500, 'INTERNAL_SERVER_ERROR', 'Invalid API key.')], {
      scheme: 'api-key',
      source: 'env:SUPERSET_API_KEY',
    })
    const {code, exit, message} = await refusal(service.query('user.me'))
    assert.deepEqual([code, exit, requests()], ['AUTH_API_KEY_INVALID', 4, 1])
    assert.match(message, /from SUPERSET_API_KEY/)
  })

  for (const [source, from] of [
    ['flag', /from --organization/],
    ['env:SUPERSET_ORGANIZATION_ID', /from SUPERSET_ORGANIZATION_ID/],
    ['config', /from your configuration/],
    ['stored', /from your sign-in/],
  ] as const) {
    it(`row 91: says where the organization came from: ${source}`, async () => {
      const service = await api([trpcError(403, 'FORBIDDEN', 'Not a member of organization org-9')], {
        organization: {value: 'org-9', source},
      })
      const {code, exit, message} = await refusal(service.query('task.list'))
      assert.deepEqual([code, exit], ['ORGANIZATION_DENIED', 77])
      assert.match(message, /not a member of org-9/)
      assert.match(message, from)
    })
  }

  it('row 91: says how to choose an organization where none is chosen', async () => {
    const service = await api([trpcError(403, 'FORBIDDEN', 'No active organization selected')])
    const {code, suggestions} = await refusal(service.query('task.list'))
    assert.equal(code, 'ORGANIZATION_NEEDED')
    assert.match(suggestions.join(' '), /organization switch/)
  })

  for (const [row, answer, expected, message] of [
    [92, trpcError(403, 'FORBIDDEN', 'Owners only'), ['SERVICE_DENIED', 77], /^Owners only$/],
    [93, trpcError(404, 'NOT_FOUND', 'Task not found'), ['SERVICE_NOT_FOUND_ENTITY', 1], /^Task not found$/],
    [
      94,
      trpcError(404, 'NOT_FOUND', 'No procedure found on path "x.y"'),
      ['SERVICE_PROCEDURE_UNKNOWN', 78],
      /does not know x\.y/,
    ],
    [
      94,
      trpcError(405, 'METHOD_NOT_SUPPORTED', 'Unsupported POST'),
      ['SERVICE_PROCEDURE_UNKNOWN', 78],
      /does not know x\.y/,
    ],
    [95, trpcError(400, 'BAD_REQUEST', 'plain text'), ['SERVICE_INVALID', 2], /^plain text$/],
    [96, trpcError(409, 'CONFLICT', 'Slug taken'), ['SERVICE_REFUSED', 1], /^Slug taken$/],
    [96, trpcError(412, 'PRECONDITION_FAILED', 'Changed meanwhile'), ['SERVICE_REFUSED', 1], /^Changed meanwhile$/],
    [89, trpcError(401, 'UNAUTHORIZED', 'Not authenticated'), ['AUTH_REFUSED', 4], /does not accept the credential/],
    [92, page(403, {'x-vercel-id': 'fra1::abc'}), ['SERVICE_BLOCKED', 77], /fra1::abc/],
    [94, page(404), ['SERVICE_NOT_FOUND', 78], /not the service's API/],
    [100, page(302, {location: 'https://elsewhere.test/'}), ['SERVICE_REDIRECTED', 78], /redirect/],
  ] as const) {
    it(`row ${row}: ${expected[0]} is final, for queries and mutations alike`, async () => {
      const service = await api([answer])
      for (const work of [service.query('x.y'), service.mutate('x.y', {})]) {
        const problem = await refusal(work)
        assert.deepEqual([problem.code, problem.exit], expected)
        assert.match(problem.message, message)
      }

      assert.equal(requests(), 2)
    })
  }

  it('row 89: sends nobody to sign in for a workload whose new token is refused', async () => {
    const service = await api([trpcError(401, 'UNAUTHORIZED', 'no')], {
      source: 'workload',
      issuer: 'https://id.acme.test',
    })
    const {code, exit, message, suggestions} = await refusal(service.query('task.list'))
    assert.deepEqual([code, exit], ['AUTH_REFUSED', 77])
    assert.match(message, /the token that https:\/\/id\.acme\.test gave this job/)
    assert.doesNotMatch(suggestions.join(' '), /auth login/)
  })

  it('row 95: one line for each field', async () => {
    const issues = [
      {
        origin: 'string',
        code: 'too_small',
        minimum: 1,
        path: ['title'],
        message: 'Too small: expected string to have >=1 characters',
      },
      {code: 'invalid_format', path: ['labels', 0], message: 'Invalid'},
    ]
    const service = await api([trpcError(400, 'BAD_REQUEST', JSON.stringify(issues))])
    const {exit, message} = await refusal(service.mutate('task.create', {title: ''}))
    assert.deepEqual([exit, message], [2, 'title: must not be empty\nlabels.0: Invalid'])
  })

  for (const [name, failure] of [
    ['500', trpcError(500, 'INTERNAL_SERVER_ERROR', 'oops')],
    ['503', trpcError(503, 'SERVICE_UNAVAILABLE', 'later')],
    ['502 as a page', page(502)],
    ['200 as a page', page(200)],
    ['an empty answer', {status: 200, body: ''}],
    ['a cut connection', cut()],
    ['a cut answer', cut('{"result":')],
    ['408', trpcError(408, 'TIMEOUT', 'slow')],
  ] as [string, Answer][]) {
    it(`row 98: a query outlives ${name} twice`, async () => {
      const service = await api([failure, failure, result('fine')])
      assert.equal(await service.query('task.list'), 'fine')
      assert.equal(waits.length, 2)
    })

    it(`row 98: a query gives up after three times ${name}`, async () => {
      const service = await api([failure])
      const {code, exit, retryable} = await refusal(service.query('task.list'))
      assert.deepEqual([code, exit, retryable, requests()], ['SERVICE_UNAVAILABLE', 75, true, 3])
    })

    it(`row 99: a mutation is not sent again after ${name}`, async () => {
      const service = await api([failure, result('twice!')])
      const {code, exit, message, suggestions} = await refusal(service.mutate('task.create', {}, 'superset tasks list'))
      assert.deepEqual([code, exit, requests(), waits], ['SERVICE_OUTCOME_UNKNOWN', 75, 1, []])
      assert.match(message, /may or may not have been made/)
      assert.match(suggestions[0] ?? '', /`superset tasks list`/)
    })
  }

  it('row 98: a try ends when no answer comes, even if nobody heeds the signal', async () => {
    let tries = 0
    const {promise: never} = Promise.withResolvers<Response>()
    const session = sessionAt(ORIGIN, {
      async fetch() {
        tries += 1
        return never
      },
    })
    const service = await connect({session, version: '1', timeoutMs: 20, wait: async () => undefined})
    const {exit, message} = await refusal(service.query('task.list'))
    assert.deepEqual([exit, tries], [75, 3])
    assert.match(message, /no answer within 0.02 s/)
  })

  it('row 97: a query waits as long as it is told, within reason', async () => {
    const service = await api([trpcError(429, 'TOO_MANY_REQUESTS', 'slow down', {'retry-after': '2'}), result('fine')])
    assert.equal(await service.query('task.list'), 'fine')
    assert.ok((waits[0] ?? 0) >= 2000)
  })

  it('row 97: a query does not wait for an hour', async () => {
    const service = await api([trpcError(429, 'TOO_MANY_REQUESTS', 'slow down', {'retry-after': '3600'})])
    const {exit, retryAfterSeconds} = await refusal(service.query('task.list'))
    assert.deepEqual([exit, retryAfterSeconds, requests()], [75, 3600, 1])
  })

  it('row 97: a mutation does not wait', async () => {
    const service = await api([trpcError(429, 'TOO_MANY_REQUESTS', 'slow down', {'retry-after': '1'}), result('done')])
    const {code, message} = await refusal(service.mutate('task.create', {}))
    assert.deepEqual([code, requests()], ['SERVICE_TOO_MANY_REQUESTS', 1])
    assert.match(message, /retry after 1 s/)
  })

  it('row 100: a refused connection is tried again briefly, for mutations too, and nothing was sent', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'})
    nock(ORIGIN).post(/./).thrice().replyWithError(refused)
    const session = sessionAt(ORIGIN)
    const service = await connect({session, version: '1', wait: async (ms) => waits.push(ms)})
    const {code, exit, message} = await refusal(service.mutate('task.create', {}))
    assert.deepEqual([code, exit, waits.length], ['SERVICE_UNREACHABLE', 75, 2])
    assert.match(message, /refused.*Nothing was sent/)
  })

  for (const [code, expected] of [
    ['ENOTFOUND', ['SERVICE_UNREACHABLE', 75]],
    ['CERT_HAS_EXPIRED', ['SERVICE_TLS', 78]],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['SERVICE_TLS', 78]],
    ['ERR_TLS_CERT_ALTNAME_INVALID', ['SERVICE_TLS', 78]],
  ] as const) {
    it(`row 100: tells ${code} deep in a chain of causes`, async () => {
      const cause = Object.assign(new Error('x'), {code})
      const session = sessionAt(ORIGIN, {
        fetch: async () => Promise.reject(new TypeError('fetch failed', {cause: new Error('y', {cause})})),
      })
      const service = await connect({session, version: '1', wait: async () => undefined})
      const problem = await refusal(service.query('task.list'))
      assert.deepEqual([problem.code, problem.exit], expected)
    })
  }

  it('row 100: tells a proxy that wants a password', async () => {
    const tunnel = new Error('Proxy response (407) !== 200 when HTTP Tunneling')
    const session = sessionAt(ORIGIN, {
      fetch: async () => Promise.reject(new TypeError('fetch failed', {cause: tunnel})),
    })
    const service = await connect({session, version: '1', wait: async () => undefined})
    const {code, exit} = await refusal(service.mutate('task.create', {}))
    assert.deepEqual([code, exit], ['SERVICE_PROXY', 78])
  })

  it("passes the session's own refusal on, and does not try again", async () => {
    let calls = 0
    const own = new Problem({code: 'AUTH_ENDED', message: 'Your session ended.', exit: 4})
    const session = sessionAt(ORIGIN, {
      async fetch() {
        calls += 1
        throw own
      },
    })
    const service = await connect({session, version: '1', wait: async () => undefined})
    assert.equal(await refusal(service.query('task.list')), own)
    assert.equal(calls, 1)
  })

  it('lets a bug be a bug', async () => {
    const session = sessionAt(ORIGIN, {fetch: async () => Promise.reject(new RangeError('bug'))})
    const service = await connect({session, version: '1', wait: async () => undefined})
    await assert.rejects(service.query('task.list'), RangeError)
  })
})
