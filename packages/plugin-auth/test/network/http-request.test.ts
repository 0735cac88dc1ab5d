import assert from 'node:assert/strict'
import {once} from 'node:events'
import type {LookupFunction, Socket} from 'node:net'
import {setImmediate, setTimeout} from 'node:timers/promises'
import {send} from '../../src/network/http-request.ts'
import {deadPort, http, tcp} from './loopback-servers.ts'
import {failureOf, get, PLAIN} from './requests.ts'

describe('sending one request', () => {
  it('writes the first byte only when the caller has committed', async () => {
    const seen: string[] = []
    await using server = await tcp((socket) => {
      socket.on('data', (chunk: Buffer) => {
        seen.push('received')
        socket.end(
          `HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-A: 1\r\nX-A: 2\r\n\r\n${chunk.length > 0}`,
        )
      })
    })
    const answer = await get(`http://127.0.0.1:${server.port}/x?y=1`, {
      method: 'POST',
      body: 'a=b',
      async onConnected() {
        assert.equal(server.connections(), 1)
        await setImmediate()
        seen.push('committed')
      },
    })
    assert.deepEqual(seen, ['committed', 'received'])
    assert.equal(answer.status, 200)
    assert.equal(answer.body.toString(), 'true')
    assert.equal(answer.headers['x-a'], '1, 2')
    assert.equal(answer.date, Date.UTC(1994, 10, 6, 8, 49, 37))
  })

  it('sends what was asked for, and no more', async () => {
    await using server = await http((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const {headers, method, url} = request
        response.end(JSON.stringify({headers, method, url, body: Buffer.concat(chunks).toString()}))
      })
    })
    const {body} = await get(`http://127.0.0.1:${server.port}/p?q=ü`, {
      method: 'POST',
      headers: {'content-type': 'text/plain'},
      body: 'größe',
    })
    assert.deepEqual(JSON.parse(body.toString()), {
      headers: {
        host: `127.0.0.1:${server.port}`,
        'content-type': 'text/plain',
        'user-agent': `superset node/${process.versions.node}`,
        'content-length': '7',
        connection: 'close',
      },
      method: 'POST',
      url: '/p?q=%C3%BC',
      body: 'größe',
    })
  })

  it('takes an answer that came while this process did not run, though its time was over', async () => {
    await using server = await tcp((socket) => {
      socket.on('data', () => {
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        // The answer is in the kernel; we, server and client both, are as good as suspended.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)
      })
    })
    const {body} = await get(`http://127.0.0.1:${server.port}`, {answerTimeoutMs: 2000})
    assert.equal(body.toString(), 'ok')
  })

  it('sends nothing when the commit fails', async () => {
    const received: Buffer[] = []
    await using server = await tcp((socket) => socket.on('data', (chunk: Buffer) => received.push(chunk)))
    const commit = (): void => {
      throw new Error('disk full')
    }
    await assert.rejects(get(`http://127.0.0.1:${server.port}`, {onConnected: commit}), /disk full/)
    assert.deepEqual(received, [])
  })

  it('row 43: returns a redirect and does not follow it', async () => {
    await using elsewhere = await http((_request, response) => response.end('stolen'))
    await using server = await http((_request, response) =>
      response.writeHead(307, {location: `http://127.0.0.1:${elsewhere.port}/`}).end(),
    )
    const {status, headers} = await get(`http://127.0.0.1:${server.port}`)
    assert.equal(status, 307)
    assert.ok(headers['location'])
    assert.equal(elsewhere.connections(), 0)
  })

  it('row 28: gives up on an answer of more than 1 MB', async () => {
    await using server = await http((_request, response) => response.end(Buffer.alloc(2 * 1024 * 1024)))
    const {kind, phase} = await failureOf(get(`http://127.0.0.1:${server.port}`))
    assert.deepEqual([kind, phase], ['too-large', 'sent'])
  })

  it('row 27: tells an answer that was cut off', async () => {
    for (const head of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      await using server = await tcp((socket) => {
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n10\r\nhalf`))
      })
      const {kind, phase} = await failureOf(get(`http://127.0.0.1:${server.port}`))
      assert.deepEqual([kind, phase], ['cut-off', 'sent'], head)
    }
  })

  it('row 45: a name that cannot be resolved was not sent', async () => {
    const lookup: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), {code: 'ENOTFOUND'}), '', 4)
    const request = {method: 'GET', url: 'https://api.example.test'}
    const {kind, phase, host} = await failureOf(send(request, {environment: PLAIN, lookup}))
    assert.deepEqual([kind, phase, host], ['dns', 'not-sent', 'api.example.test'])
  })

  it('row 46: a refused connection was not sent', async () => {
    const {kind, phase} = await failureOf(get(`http://127.0.0.1:${await deadPort()}`))
    assert.deepEqual([kind, phase], ['refused', 'not-sent'])
  })

  it('row 47: a reset after the first byte may have been received', async () => {
    await using server = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const {kind, phase} = await failureOf(get(`http://127.0.0.1:${server.port}`))
    assert.deepEqual([kind, phase], ['reset', 'sent'])
  })

  it('row 47: an end without an answer is a reset, too', async () => {
    await using server = await tcp((socket) => socket.once('data', () => socket.end()))
    const {kind, phase} = await failureOf(get(`http://127.0.0.1:${server.port}`))
    assert.deepEqual([kind, phase], ['reset', 'sent'])
  })

  it('a connection that dies while the caller commits was not sent', async () => {
    const accepted = Promise.withResolvers<Socket>()
    await using server = await tcp((socket) => accepted.resolve(socket))
    const request = get(`http://127.0.0.1:${server.port}`, {
      async onConnected() {
        const socket = await accepted.promise
        const closed = once(socket, 'close')
        socket.resetAndDestroy()
        await closed
        // The reset travels through the kernel; it has arrived when the event loop has polled it.
        await setTimeout(20)
      },
    })
    const {kind, phase} = await failureOf(request)
    assert.deepEqual([kind, phase], ['reset', 'not-sent'])
  })

  it('row 50: a silent server and one that drips are given up at the same moment', async () => {
    await using silent = await tcp(() => {})
    await using dripping = await tcp((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n'))
      const timer = setInterval(() => socket.write('x'), 20)
      socket.once('close', () => clearInterval(timer))
    })
    for (const {port} of [silent, dripping]) {
      const {kind, phase} = await failureOf(get(`http://127.0.0.1:${port}`, {answerTimeoutMs: 150}))
      assert.deepEqual([kind, phase], ['timeout', 'sent'])
    }
  })

  it('a handshake that never ends was not sent', async () => {
    await using server = await tcp(() => {})
    const {kind, phase} = await failureOf(get(`https://127.0.0.1:${server.port}`, {connectTimeoutMs: 100}))
    assert.deepEqual([kind, phase], ['timeout', 'not-sent'])
  })

  it('tells what is no HTTP and no TLS', async () => {
    await using server = await tcp((socket) => socket.once('data', () => socket.end('220 mail.example.test ESMTP\r\n')))
    assert.equal((await failureOf(get(`http://127.0.0.1:${server.port}`))).kind, 'protocol')
    const {kind, phase} = await failureOf(get(`https://127.0.0.1:${server.port}`))
    assert.deepEqual([kind, phase], ['tls-plain', 'not-sent'])
  })

  it('ends when the caller aborts, before and after sending', async () => {
    const controller = new AbortController()
    const {signal} = controller
    await using server = await tcp((socket) => socket.once('data', () => controller.abort()))
    await assert.rejects(get(`http://127.0.0.1:${server.port}`, {signal}), {name: 'AbortError'})
    await assert.rejects(get(`http://127.0.0.1:${server.port}`, {signal}), {name: 'AbortError'})
    assert.equal(server.connections(), 1)
  })

  it('row 44: sends nothing over http to another machine', async () => {
    const {kind, phase} = await failureOf(get('http://api.example.test/'))
    assert.deepEqual([kind, phase], ['insecure', 'not-sent'])
  })

  it('sends nothing to another machine with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    const {kind, phase} = await failureOf(get('https://api.example.test/', {}, {tlsUnchecked: true}))
    assert.deepEqual([kind, phase], ['insecure', 'not-sent'])
  })
})
