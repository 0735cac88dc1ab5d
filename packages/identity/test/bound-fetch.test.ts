import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {boundFetch, type BoundRequest, type FetchBinding} from '../src/bound-fetch.ts'
import {isProblem} from '../src/problem.ts'

describe('a fetch that is bound to one API', () => {
  let server: Server
  let url: string
  const received: Array<{
    readonly credential: string | undefined
    readonly body: string
    readonly agent?: string | undefined
  }> = []
  before(async () => {
    server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const credential = request.headers.authorization
        received.push(Object.defineProperty({credential, body}, 'agent', {value: request.headers['user-agent']}))
        if (request.url === '/moved') response.writeHead(302, {location: 'http://127.0.0.1:9/'}).end()
        else response.writeHead(credential?.startsWith('dead') ? 401 : 200).end('an answer')
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  beforeEach(() => (received.length = 0))

  const bound = (more: Partial<FetchBinding<string>> = {}) =>
    boundFetch<string>({
      apiUrl: url,
      current: () => Promise.resolve('live'),
      headers: (authorization) => ({authorization}),
      ...more,
    })
  const dead = {current: () => Promise.resolve('dead')}
  const credentials = () => received.map(({credential}) => credential)

  it('sends the credential, in the place of one that the caller gave', async () => {
    for (const headers of [{Authorization: 'theirs'}, new Headers({authorization: 'theirs'})]) {
      assert.equal((await bound()('/a', {headers})).status, 200)
    }

    assert.deepEqual(credentials(), ['live', 'live'])
  })

  for (const input of ['http://127.0.0.1:9/', '//127.0.0.1:9/', String.raw`\\127.0.0.1:9`, 'https://api.acme.test/a']) {
    it(`neither reads nor sends one for ${input}`, async () => {
      const current = () => assert.fail('the credential was read')
      await assert.rejects(bound({current})(input), (error) => isProblem(error) && error.code === 'ORIGIN_FOREIGN')
      assert.deepEqual(received, [])
    })
  }

  it('neither reads nor sends one for a blob: or data: address, nor for one with a user name', async () => {
    const current = () => assert.fail('the credential was read')
    for (const input of [`blob:${url}/0b5e`, 'data:text/plain,x', 'file:///etc/passwd', url.replace('//', '//ada:pw@')])
      await assert.rejects(bound({current})(input), (error) => isProblem(error) && error.code === 'ORIGIN_FOREIGN')
    assert.deepEqual(received, [])
  })

  it('a bearer goes to no plain http but this machine', async () => {
    const current = () => assert.fail('the credential was read')
    for (const apiUrl of ['http://0.0.0.0:8080', 'http://10.1.2.3', 'http://api.corp.test'])
      await assert.rejects(bound({apiUrl, current})('/a'), (error) => isProblem(error) && error.code === 'TLS_INSECURE')
  })

  it('takes no header from the caller that says who is asked, who asks, or what stands between', async () => {
    const sent: unknown[] = []
    const send = async (_url: URL, {headers, method}: BoundRequest) => {
      sent.push({headers, method})
      return new Response()
    }
    const theirs = {
      ...{Host: 'evil.test', 'hOsT ': 'evil.test', Cookie: 'a=b', 'X-Api-Key': 'theirs', Authorization: 'theirs'},
      ...{
        'Proxy-Authorization': 'x',
        'Proxy-Connection': 'close',
        Connection: 'x-kept',
        'Transfer-Encoding': 'chunked',
      },
      'X-Kept': 'yes',
    }
    await bound({send})('/a', {headers: theirs})
    assert.deepEqual(sent, [{method: 'GET', headers: {authorization: 'live', 'x-kept': 'yes'}}])
    await assert.rejects(bound({send})('/a', {method: 'CONNECT'}), TypeError)
    assert.equal(sent.length, 1)
  })

  const bodies: ReadonlyArray<readonly [string, () => NonNullable<RequestInit['body']>]> = [
    ['a text', () => 'text'],
    ['a list of bytes', () => new TextEncoder().encode('text')],
    ['a blob', () => new Blob(['text'])],
    ['a form', () => new URLSearchParams({a: 'b'})],
  ]
  for (const [name, body] of bodies)
    it(`sends ${name}, and says who we are`, async () => {
      const response = await bound()('/a', {method: 'POST', body: body()})
      assert.equal(await response.text(), 'an answer')
      assert.match(received[0]?.body ?? '', /^(?:text|a=b)$/)
      assert.match(received[0]?.agent ?? '', /^superset/)
    })

  it('hands a redirect back', async () => {
    const response = await bound()('/moved', {redirect: 'follow'})
    assert.equal(response.status, 302)
    assert.equal(received.length, 1)
  })

  it('sends a refused request once more with another credential, body included', async () => {
    const replace = (refused: string) => Promise.resolve(`${refused === 'dead' ? 'live' : 'dead'} again`)
    const response = await bound({...dead, replace})('/a', {method: 'POST', body: 'text'})
    assert.equal(await response.text(), 'an answer')
    assert.deepEqual(received, [
      {credential: 'dead', body: 'text'},
      {credential: 'live again', body: 'text'},
    ])
  })

  it('tries no third time', async () => {
    const response = await bound({...dead, replace: () => Promise.resolve('dead, too')})('/a')
    assert.equal(response.status, 401)
    assert.deepEqual(credentials(), ['dead', 'dead, too'])
  })

  it('answers with the 401 itself, whole, where there is no other credential', async () => {
    for (const more of [{}, {replace: () => Promise.resolve(undefined)}]) {
      const response = await bound({...dead, ...more})('/a')
      assert.deepEqual([response.status, await response.text()], [401, 'an answer'])
    }

    assert.deepEqual(credentials(), ['dead', 'dead'])
  })

  it('does not send a stream twice', async () => {
    const body = new Blob(['text']).stream()
    const replace = () => assert.fail('asked for another credential')
    const response = await bound({...dead, replace})('/a', {method: 'POST', body, duplex: 'half'})
    assert.equal(response.status, 401)
    assert.equal(received.length, 1)
  })

  it('lets go of the refused answer, also where no other credential can be had', async () => {
    let discarded = 0
    const discard = () => Promise.resolve(void discarded++)
    await bound({...dead, discard, replace: () => Promise.resolve('live')})('/a')
    const failing = bound({...dead, discard, replace: () => Promise.reject(new Error('no more'))})
    await assert.rejects(failing('/a'), /no more/)
    assert.equal(discarded, 2)
  })
})

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
