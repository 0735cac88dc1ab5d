import assert from 'node:assert/strict'
import {networkProblem} from '@superset/identity/network'
import {problemOf} from '../support/problems.ts'
import {type Certificate, Certificates, connectProxy, deadPort, http, https, tcp} from './loopback-servers.ts'
import {failureOf, get} from './requests.ts'

describe('certificates and proxies', () => {
  let certificates: Certificates
  let named: Certificate
  let expired: Certificate
  before(() => {
    certificates = new Certificates()
    named = certificates.make('named', {subject: 'Known Root', names: 'DNS:api.example.test,IP:127.0.0.1'})
    expired = certificates.make('expired', {subject: 'Old Root', names: 'IP:127.0.0.1', days: -1})
  })
  after(() => certificates[Symbol.dispose]())

  it('row 48: names the unknown authority, and sends nothing to it', async () => {
    let requests = 0
    // One of its own: what another test made known stays known to the process.
    const stranger = certificates.make('stranger', {subject: 'Corporate Root', names: 'IP:127.0.0.1'})
    await using server = await https(stranger, (_request, response) => {
      requests += 1
      response.end()
    })
    const failure = await failureOf(get(`https://127.0.0.1:${server.port}`))
    assert.deepEqual([failure.kind, failure.phase, failure.detail], ['tls-unknown-ca', 'not-sent', 'Corporate Root'])
    assert.equal(failure.certificate?.subject, 'Corporate Root')
    assert.equal(requests, 0)
  })

  it('accepts an unknown authority on loopback alone with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    await using server = await https(
      certificates.make('other', {subject: 'Other', names: 'IP:127.0.0.1'}),
      (_request, response) => response.end('ok'),
    )
    const {body} = await get(`https://127.0.0.1:${server.port}`, {}, {tlsUnchecked: true})
    assert.equal(body.toString(), 'ok')
  })

  it('goes to https through the proxy by CONNECT, and speaks TLS with the server itself', async () => {
    await using server = await https(named, ({headers}, response) => response.end(headers.host))
    await using proxy = await connectProxy(server.port)
    const {body} = await get(
      'https://api.example.test/',
      {},
      {https: {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}, caFile: named.file},
    )
    assert.equal(body.toString(), 'api.example.test')
    assert.deepEqual(proxy.asked, ['api.example.test:443'])
  })

  it('row 48: SUPERSET_CA_FILE makes the authority known', async () => {
    await using server = await https(named, (_request, response) => response.end('ok'))
    const {status} = await get(`https://127.0.0.1:${server.port}`, {}, {caFile: named.file})
    assert.equal(status, 200)
  })

  it('row 49: a certificate for another name', async () => {
    await using server = await https(named, (_request, response) => response.end())
    await using proxy = await connectProxy(server.port)
    const settings = {https: {url: `127.0.0.1:${proxy.port}`, variable: 'https_proxy'}, caFile: named.file}
    const failure = await failureOf(get('https://other.example.test/', {}, settings))
    assert.equal(failure.kind, 'tls-invalid')
    assert.match(failure.detail, /for api\.example\.test, 127\.0\.0\.1, not for other\.example\.test/)
  })

  it('row 49: an expired certificate', async () => {
    await using server = await https(expired, (_request, response) => response.end())
    const failure = await failureOf(get(`https://127.0.0.1:${server.port}`, {}, {caFile: expired.file}))
    assert.equal(failure.kind, 'tls-invalid')
    assert.match(failure.detail, /^it expired on \w{3} .* GMT$/)
  })

  it('row 51: names the proxy that is dead, without its password', async () => {
    const dead = {url: `http://ada:hunter2@127.0.0.1:${await deadPort()}`, variable: 'HTTPS_PROXY'}
    const failure = await failureOf(get('https://api.example.test/', {}, {https: dead}))
    assert.deepEqual([failure.kind, failure.phase, failure.host], ['proxy', 'not-sent', 'api.example.test'])
    assert.match(failure.detail, /^127\.0\.0\.1:\d+ \(from HTTPS_PROXY\)$/)
    assert.ok(!failure.message.includes('hunter2'))
  })

  it('row 17: authenticates at the proxy, and says when that is missing', async () => {
    await using server = await https(named, (_request, response) => response.end('ok'))
    const authorization = `Basic ${Buffer.from('ada:p@ss%').toString('base64')}`
    await using proxy = await connectProxy(server.port, {authorization})
    const at = (userinfo: string) => ({
      https: {url: `http://${userinfo}127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'},
      caFile: named.file,
    })
    assert.equal((await get('https://api.example.test/', {}, at('ada:p%40ss%25@'))).status, 200)
    const {kind, phase} = await failureOf(get('https://api.example.test/', {}, at('')))
    assert.deepEqual([kind, phase], ['proxy-auth', 'not-sent'])
  })

  for (const [status, exit] of [
    [403, 77],
    [404, 78],
    [502, 75],
    [503, 75],
  ] as const)
    it(`row 113: a proxy that answers ${status}`, async () => {
      await using proxy = await connectProxy(0, {status})
      const https = {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}
      const failure = await failureOf(get('https://api.example.test/', {}, {https}))
      assert.deepEqual([failure.kind, failure.phase, failure.status], ['proxy-refused', 'not-sent', status])
      const problem = networkProblem(failure)
      const said = `The proxy 127.0.0.1:${proxy.port} (from HTTPS_PROXY) refused: ${status}.`
      assert.deepEqual([problem.exit, problem.message], [exit, said])
    })

  it('row 113: https:// to a proxy that speaks plainly', async () => {
    await using proxy = await connectProxy(0)
    const https = {url: `https://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}
    const {exit, message} = networkProblem(await failureOf(get('https://api.example.test/', {}, {https})))
    assert.deepEqual([exit, message], [78, `The proxy 127.0.0.1:${proxy.port} (from HTTPS_PROXY) does not speak TLS.`])
  })

  it('row 113: a proxy whose name is unknown, and one that hangs up', async () => {
    await using rude = await tcp((socket) => socket.destroy())
    for (const address of [`${'a'.repeat(64)}.invalid:3128`, `127.0.0.1:${rude.port}`]) {
      const https = {url: `http://${address}`, variable: 'ALL_PROXY'}
      const {exit, message} = networkProblem(await failureOf(get('https://api.example.test/', {}, {https})))
      assert.deepEqual([exit, message], [75, `Proxy ${address} (from ALL_PROXY) is not reachable.`])
    }
  })

  it('row 113: a proxy over TLS, whose certificate is known or not', async () => {
    await using server = await https(named, (_request, response) => response.end('ok'))
    await using proxy = await connectProxy(server.port, {tls: named})
    const known = {https: {url: `https://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}, caFile: named.file}
    assert.equal((await get('https://api.example.test/', {}, known)).body.toString(), 'ok')
    const stranger = certificates.make('proxy', {subject: 'Proxy Root', names: 'IP:127.0.0.1'})
    await using other = await connectProxy(server.port, {tls: stranger})
    const unknown = {https: {url: `https://127.0.0.1:${other.port}`, variable: 'HTTPS_PROXY'}}
    const {exit, message} = networkProblem(await failureOf(get('https://api.example.test/', {}, unknown)))
    assert.equal(exit, 78)
    assert.equal(
      message,
      `The certificate of the proxy 127.0.0.1:${other.port} (from HTTPS_PROXY) is not trusted here.`,
    )
  })

  it('row 114: an https address at a plain port is called that, directly and through a proxy', async () => {
    await using server = await http((_request, response) => response.end())
    await using proxy = await connectProxy(server.port)
    const direct = await failureOf(get(`https://127.0.0.1:${server.port}/`))
    const settings = {https: {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}}
    const proxied = await failureOf(get('https://api.example.test/', {}, settings))
    for (const failure of [direct, proxied]) {
      assert.deepEqual([failure.kind, failure.phase], ['tls-plain', 'not-sent'])
      assert.equal(networkProblem(failure).exit, 78)
      assert.match(networkProblem(failure).message, /^(?:127\.0\.0\.1|api\.example\.test) does not speak TLS there/)
    }
  })

  it('row 51b: loopback never goes through a proxy', async () => {
    await using server = await https(named, (_request, response) => response.end('direct'))
    await using proxy = await connectProxy(server.port)
    const settings = {https: {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}, caFile: named.file}
    assert.equal((await get(`https://127.0.0.1:${server.port}`, {}, settings)).body.toString(), 'direct')
    await failureOf(get(`https://localhost:${server.port}`, {}, settings))
    assert.deepEqual(proxy.asked, [])
  })

  it('says which file of SUPERSET_CA_FILE cannot be used', async () => {
    const problem = await problemOf(get('https://127.0.0.1:1', {}, {caFile: '/nonexistent.pem'}), 'NETWORK_CA_FILE')
    assert.equal(problem.exit, 78)
    await problemOf(get('https://127.0.0.1:1', {}, {caFile: import.meta.filename}), 'NETWORK_CA_FILE')
    const rubbish = certificates.write('rubbish.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    await problemOf(get('https://127.0.0.1:1', {}, {caFile: rubbish}), 'NETWORK_CA_FILE')
  })
})
