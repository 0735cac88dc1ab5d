import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type IncomingHttpHeaders} from 'node:http'
import type {AddressInfo} from 'node:net'
import {buffer} from 'node:stream/consumers'
import {type Gateway, UPSTREAM_BROKE} from '../src/index.ts'
import {startGateway} from '../src/gateway.ts'

interface Reached {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

describe('the gateway in front of the service', () => {
  let gateway: Gateway
  let reached: Reached[]
  let server: ReturnType<typeof createServer>

  beforeEach(async () => {
    reached = []
    server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const {headers, method, url} = request
        reached.push({method, url, headers, body: body.toString()})
        response.setHeader('set-cookie', ['a=1', 'b=2'])
        response
          .writeHead(url === '/nothing' ? 204 : 201, {'x-from': 'the server'})
          .end(url === '/nothing' ? '' : 'made')
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    gateway = await startGateway(0)
    gateway.passTo((server.address() as AddressInfo).port)
  })

  afterEach(async () => {
    await gateway[Symbol.asyncDispose]()
    server.close()
    server.closeAllConnections()
  })

  const post = (path: string) => fetch(gateway.url + path, {method: 'POST', body: 'x=1', headers: {'x-mine': 'yes'}})

  it('passes on requests and answers as they are, and counts what it was asked for', async () => {
    const answer = await post('/token?a=%2F')
    assert.deepEqual([answer.status, await answer.text(), answer.headers.get('x-from')], [201, 'made', 'the server'])
    assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2'])
    const [{body, headers, method, url} = assert.fail()] = reached
    assert.deepEqual([method, url, body, headers['x-mine']], ['POST', '/token?a=%2F', 'x=1', 'yes'])
    assert.equal(headers.host, new URL(gateway.url).host)
    assert.equal((await fetch(`${gateway.url}/nothing`)).status, 204)
    assert.deepEqual(
      [...gateway.asked],
      [
        ['POST /token', 1],
        ['GET /nothing', 1],
      ],
    )
  })

  for (const process of [false, true]) {
    it(`says that its server broke, ${process ? 'after' : 'before'} it has forwarded the request, at that path alone`, async () => {
      gateway.faults.add({answer: UPSTREAM_BROKE, process, path: '/token'})
      assert.equal((await post('/other')).status, 201)
      const answer = await post('/token')
      assert.equal(answer.status, 503)
      assert.match(await answer.text(), /^upstream connect error or disconnect\/reset before headers/)
      assert.deepEqual(
        reached.map(({url}) => url),
        process ? ['/other', '/token'] : ['/other'],
      )
      assert.equal((await post('/token')).status, 201, 'once')
    })
  }

  for (const cut of ['before', 'after'] as const) {
    it(`breaks the connection ${cut} it has forwarded the request`, async () => {
      gateway.faults.add({cut, path: '/token'})
      await assert.rejects(post('/token'))
      assert.equal(reached.length, cut === 'after' ? 1 : 0)
    })
  }

  it('keeps its connections open', async () => {
    const answer = await post('/token')
    assert.equal(answer.headers.get('connection'), 'keep-alive')
    await answer.text()
  })

  it('answers 502 by itself when its server is gone', async () => {
    server.close()
    server.closeAllConnections()
    const answer = await post('/token')
    assert.deepEqual([answer.status, await answer.text()], [502, 'no healthy upstream'])
  })
})
