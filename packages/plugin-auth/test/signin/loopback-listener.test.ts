import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type Server} from 'node:net'
import {listenOnLoopback, type Listener} from '../../src/signin/loopback-listener.ts'
import {holderOfPort} from '../../src/signin/port-holder.ts'
import {skip} from '../../../../test/support/skip.ts'

async function listen(host: string, port = 0): Promise<Server> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return server
}

const close = async ({servers}: Listener) => {
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
}

describe('listening for the answer of a sign-in', () => {
  const handle = () => {}

  it('row 77: goes on to the next port, and says which one was taken first when there is none', async () => {
    const [one, two] = [await listen('127.0.0.1'), await listen('127.0.0.1')]
    const ports = [one, two].map((server) => (server.address() as {port: number}).port)
    const found = await listenOnLoopback(handle, {host: '127.0.0.1', ports: [...ports, 0]})
    assert.ok(!ports.includes(found.port))
    await close(found)
    await assert.rejects(listenOnLoopback(handle, {host: '127.0.0.1', ports}), {port: ports[0], code: 'EADDRINUSE'})
    one.close()
    two.close()
  })

  it('takes both addresses of localhost, or neither: who holds the other one would be sent the code', async function () {
    let other: Server
    try {
      other = await listen('::1')
    } catch {
      skip(this, 'this machine has no IPv6 on loopback')
    }

    const {port} = other!.address() as {port: number}
    await assert.rejects(listenOnLoopback(handle, {host: 'localhost', ports: [port]}), {port, code: 'EADDRINUSE'})
    const free = await listen('127.0.0.1', port)
    free.close()
    other!.close()
    const found = await listenOnLoopback(handle, {host: 'localhost', ports: [0]})
    assert.deepEqual(
      found.servers.map((server) => (server.address() as {address: string}).address),
      ['127.0.0.1', '::1'],
    )
    await close(found)
  })

  it('row 77: finds who holds a port, where the system tells', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux tells who holds a port without another program')
    const server = await listen('127.0.0.1')
    const {port} = server.address() as {port: number}
    assert.equal(await holderOfPort(port), process.pid)
    await once(server.close(), 'close')
    assert.equal(await holderOfPort(port), undefined)
  })
})
