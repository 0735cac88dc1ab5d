import assert from 'node:assert/strict'
import {checkNetwork, failedCheck} from '../../../src/service/reachability.ts'
import {deadAddress} from '../../support/counting-server.ts'
import {type Answer, answering, page, result, trpcError} from './answering.ts'

const AGREED = {name: 'clock', outcome: 'pass', message: 'This machine and the service agree.'}

describe('the check of the network', () => {
  let server: Awaited<ReturnType<typeof answering>> | undefined
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  async function check(answer: Answer): Promise<{host: string; checks: Awaited<ReturnType<typeof checkNetwork>>}> {
    server = await answering(answer)
    return {host: new URL(server.origin).host, checks: await checkNetwork(server.origin)}
  }

  const dated = (date: Date): Answer => {
    const answer = result({})
    return {...answer, headers: {...answer.headers, date: date.toUTCString()}}
  }

  for (const [name, answer] of [
    ['an answer', result({})],
    ['a refusal of who does not say who he is', trpcError(401, 'UNAUTHORIZED', 'Not authenticated')],
  ] as const) {
    it(`takes ${name} for a sign that the service is there, and sends no credential`, async () => {
      const {checks, host} = await check(answer)
      assert.deepEqual(checks, [{name: 'network', outcome: 'pass', message: `${host} answers.`}, AGREED])
      const [{headers, method, path} = assert.fail()] = server?.received ?? []
      assert.deepEqual(
        [method, path, headers.authorization, headers['x-api-key']],
        ['GET', 'user.me', undefined, undefined],
      )
    })
  }

  for (const [name, answer, message] of [
    ['a fault of the service', trpcError(500, 'INTERNAL_SERVER_ERROR', 'oops'), /temporarily unavailable \(HTTP 500/],
    ['the first status that is one', trpcError(503, 'SERVICE_UNAVAILABLE', 'oops'), /HTTP 503/],
    ['a page of somebody else', page(404), /is not the service's API \(HTTP 404\)/],
    ['an endless answer', result('x'.repeat(1024 ** 2)), /sent more than 1 MB/],
  ] as const) {
    it(`fails with what it means: ${name}`, async () => {
      const {checks} = await check(answer)
      assert.deepEqual(
        checks.map((one) => [one.name, one.outcome]),
        [['network', 'fail']],
      )
      assert.match(checks[0]?.message ?? '', message)
    })
  }

  it('fails where nobody listens, and does not send to the command that was run', async () => {
    const [failed, ...more] = await checkNetwork(await deadAddress())
    assert.deepEqual(more, [])
    assert.match(failed?.message ?? '', /^Cannot reach 127\.0\.0\.1:\d+: the connection was refused/)
    assert.deepEqual(failed?.suggestions, ['Check the network, the proxy variables and SUPERSET_API_URL.'])
  })

  it('fails after a while where nobody answers', async () => {
    server = await answering()
    const [failed] = await checkNetwork(server.origin, 20)
    assert.match(failed?.message ?? '', /did not answer in time/)
  })

  it('tells a clock that is off, and by how much', async () => {
    const off = async (ms: number) => (await check(dated(new Date(Date.now() + ms)))).checks[1]
    assert.deepEqual(await off(4 * 60_000), AGREED)
    await server?.close()
    const {message, outcome, suggestions} = (await off(-3_600_000)) ?? {}
    assert.deepEqual([outcome, suggestions], ['fail', ['Set the clock, best by NTP.']])
    assert.match(
      message ?? '',
      /^This machine's clock is 60 minutes ahead of that of 127\.0\.0\.1:\d+: tokens seem to be/,
    )
    await server?.close()
    assert.match((await off(3 * 86_400_000))?.message ?? '', /clock is 3 days behind that of/)
  })

  it('says that nothing is known of the clock where the answer has no date', async () => {
    server = await answering((response) => {
      response.sendDate = false
      response.end(result({}).body)
    })
    const checks = await checkNetwork(server.origin)
    const message = `${new URL(server.origin).host} does not say what time it is.`
    assert.deepEqual(checks[1], {name: 'clock', outcome: 'skip', message})
  })

  it('bears the name of another check where one is given', () => {
    assert.deepEqual(failedCheck({message: 'No.', suggestions: ['Run `superset doctor`.', 'Wait.']}, 'api'), {
      name: 'api',
      outcome: 'fail',
      message: 'No.',
      suggestions: ['Wait.'],
    })
    assert.equal(failedCheck({message: 'No.', suggestions: []}).name, 'network')
  })
})
