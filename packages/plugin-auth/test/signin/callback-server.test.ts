import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {type IncomingMessage, request} from 'node:http'
import {connect, createServer} from 'node:net'
import {judge} from '../../src/signin/answer.ts'
import {CallbackServer} from '../../src/signin/callback-server.ts'

const ISSUER = 'https://id.example.test'
const STATE = 'the-right-state'
const good = new URLSearchParams({code: 'c1', state: STATE, iss: ISSUER})

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

describe('the callback server', () => {
  let server: CallbackServer
  let counted: number[]
  beforeEach(async () => {
    counted = []
    server = await CallbackServer.listen(
      (parameters) => judge(parameters, {state: STATE, issuer: ISSUER, namesIssuer: true}),
      (count) => void counted.push(count),
      [0],
    )
  })
  afterEach(() => server[Symbol.asyncDispose]())

  async function ask(path: string, options: {method?: string; headers?: Record<string, string>} = {}): Promise<Answer> {
    const {port} = new URL(server.redirectUri)
    const outgoing = request({host: '127.0.0.1', port, path, agent: false, ...options})
    outgoing.end()
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    return {status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(chunks).toString()}
  }

  /** True while no answer has been taken. */
  async function isWaiting(): Promise<boolean> {
    return (await Promise.race([server.answer, Promise.resolve('waiting')])) === 'waiting'
  }

  it('takes the code and sends the browser to a page without it', async () => {
    const answer = await ask(`/callback?${good}`)
    assert.equal(answer.status, 303)
    assert.equal(answer.headers.location, '/done')
    assert.deepEqual(await server.answer, {kind: 'code', code: 'c1'})
    const last = ask('/done')
    server.finish('done')
    assert.match((await last).body, /You are signed in/)
  })

  it('names who signed in and where, as text, with the one style that its policy allows', async () => {
    await ask(`/callback?${good}`)
    const last = ask('/done')
    server.finish('done', {account: 'ada@acme.test\u202e<img src=x onerror=alert(1)>', issuer: ISSUER})
    const {body, headers} = await last
    assert.match(
      body,
      /<dd>ada@acme\.test &lt;img src=x onerror=alert\(1\)&gt;<\/dd>.*<dd>https:\/\/id\.example\.test<\/dd>/,
    )
    assert.match(body, /superset auth status/)
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(body) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    assert.ok(String(headers['content-security-policy']).includes(`style-src 'sha256-${hash}'`))
    assert.doesNotMatch(body, /<script|<img|url\(|@import|https?:\/\/(?!id\.example\.test)/)
  })

  it('holds the last page until the code was redeemed, and says when it was not', async () => {
    await ask(`/callback?${good}`)
    const last = ask('/done')
    server.finish('failed')
    assert.match((await last).body, /not completed/)
  })

  it('row 72: ignores a response with another state, counts it and keeps listening', async () => {
    for (const state of ['stale', '', `${STATE}x`]) {
      const {status, body} = await ask(`/callback?${new URLSearchParams({code: 'evil', state, iss: ISSUER})}`)
      assert.equal(status, 400)
      assert.match(body, /another sign-in/)
    }

    assert.equal((await ask('/callback?code=evil')).status, 400)
    assert.equal((await ask(`/callback?code=evil&state=${STATE}&state=${STATE}&iss=${ISSUER}`)).status, 400)
    assert.deepEqual(counted, [1, 2, 3, 4, 5])
    assert.equal(server.ignored, 5)
    assert.ok(await isWaiting())
    await ask(`/callback?${good}`)
    assert.deepEqual(await server.answer, {kind: 'code', code: 'c1'})
  })

  it('row 75: ignores an error with another state', async () => {
    assert.equal((await ask('/callback?error=access_denied&state=other')).status, 400)
    assert.ok(await isWaiting())
  })

  it('row 74: says at once on the page that the sign-in was declined', async () => {
    const {status, body} = await ask(`/callback?error=access_denied&state=${STATE}&iss=${ISSUER}`)
    assert.equal(status, 200)
    assert.match(body, /declined/)
    assert.deepEqual(await server.answer, {kind: 'error', error: 'access_denied'})
  })

  it('row 73: refuses the right state from another issuer, or from none', async () => {
    const {status} = await ask(`/callback?code=c1&state=${STATE}&iss=https%3A%2F%2Fevil.example.test`)
    assert.equal(status, 400)
    assert.deepEqual(await server.answer, {kind: 'wrong-issuer', got: 'https://evil.example.test'})
    const expected = {state: STATE, issuer: ISSUER, namesIssuer: true}
    const silent = new URLSearchParams({code: 'c1', state: STATE})
    assert.deepEqual(judge(silent, expected), {kind: 'wrong-issuer', got: undefined})
    assert.deepEqual(judge(silent, {...expected, namesIssuer: false}), {kind: 'code', code: 'c1'})
    const twice = new URLSearchParams(`code=c1&state=${STATE}&iss=${ISSUER}&iss=${ISSUER}`)
    assert.equal(judge(twice, {...expected, namesIssuer: false}).kind, 'wrong-issuer')
  })

  it('row 79: answers a second tab and a replay with 409, whatever they carry', async () => {
    await ask(`/callback?${good}`)
    assert.equal((await ask(`/callback?${good}`)).status, 409)
    assert.equal((await ask(`/callback?error=access_denied&state=${STATE}`)).status, 409)
    assert.deepEqual(await server.answer, {kind: 'code', code: 'c1'})
  })

  it('row 79: gives nothing to a favicon, HEAD, OPTIONS, POST or another path', async () => {
    assert.equal((await ask('/favicon.ico')).status, 404)
    assert.equal((await ask(`/callback/?${good}`)).status, 404)
    assert.equal((await ask('/done')).status, 404)
    for (const method of ['HEAD', 'OPTIONS', 'POST']) {
      const {status, headers} = await ask(`/callback?${good}`, {method})
      assert.equal(status, 405, method)
      assert.equal(headers.allow, 'GET')
    }

    assert.ok(await isWaiting())
  })

  it('row 79: gives nothing to a request under a foreign name (DNS rebinding)', async () => {
    const {port} = new URL(server.redirectUri)
    for (const host of [`evil.example.test:${port}`, `localhost:${port}`, '127.0.0.1', `127.0.0.1:${port}.evil.test`])
      assert.equal((await ask(`/callback?${good}`, {headers: {host}})).status, 404, host)
    assert.ok(await isWaiting())
  })

  it('row 79: is not held up by a connection that sends nothing', async () => {
    const {port} = new URL(server.redirectUri)
    const silent = connect(Number(port), '127.0.0.1')
    const closed = once(silent, 'close')
    silent.on('error', () => silent.destroy())
    await once(silent, 'connect')
    await ask(`/callback?${good}`)
    const last = ask('/done')
    server.finish('done')
    await last
    await server[Symbol.asyncDispose]()
    await closed
    server = await CallbackServer.listen(
      () => ({kind: 'ignored'}),
      () => {},
      [0],
    )
  })

  it('shows nothing that came with the request, and lets the page load and tell nothing', async () => {
    const script = '<script>alert(1)</script>'
    const parameters = new URLSearchParams({error: script, error_description: script, state: STATE, iss: ISSUER})
    const {body, headers} = await ask(`/callback?${parameters}`)
    assert.ok(!body.includes('script'))
    assert.ok(!body.includes('alert'))
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.match(String(headers['content-security-policy']), /^default-src 'none'/)
    assert.equal(headers['cache-control'], 'no-store')
  })

  it('row 77: takes the next port when one is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const {port} = taken.address() as {port: number}
    await using second = await CallbackServer.listen(
      () => ({kind: 'ignored'}),
      () => {},
      [port, 0],
    )
    assert.notEqual(Number(new URL(second.redirectUri).port), port)
    await assert.rejects(
      CallbackServer.listen(
        () => ({kind: 'ignored'}),
        () => {},
        [port],
      ),
      {code: 'EADDRINUSE'},
    )
    taken.close()
  })
})
