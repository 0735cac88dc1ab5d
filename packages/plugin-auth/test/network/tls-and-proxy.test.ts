import assert from 'node:assert/strict'
import {problemOf} from '../support/problems.ts'
import {type Certificate, Certificates, connectProxy, deadPort, https} from './loopback-servers.ts'
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
      {proxy: {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}, caFile: named.file},
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
    const settings = {proxy: {url: `127.0.0.1:${proxy.port}`, variable: 'https_proxy'}, caFile: named.file}
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
    const proxy = {url: `http://ada:hunter2@127.0.0.1:${await deadPort()}`, variable: 'HTTPS_PROXY'}
    const failure = await failureOf(get('https://api.example.test/', {}, {proxy}))
    assert.deepEqual([failure.kind, failure.phase, failure.host], ['proxy', 'not-sent', 'api.example.test'])
    assert.match(failure.detail, /^127\.0\.0\.1:\d+ \(from HTTPS_PROXY\)$/)
    assert.ok(!failure.message.includes('hunter2'))
  })

  it('row 17: authenticates at the proxy, and says when that is missing', async () => {
    await using server = await https(named, (_request, response) => response.end('ok'))
    const authorization = `Basic ${Buffer.from('ada:p@ss%').toString('base64')}`
    await using proxy = await connectProxy(server.port, {authorization})
    const at = (userinfo: string) => ({
      proxy: {url: `http://${userinfo}127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'},
      caFile: named.file,
    })
    assert.equal((await get('https://api.example.test/', {}, at('ada:p%40ss%25@'))).status, 200)
    const {kind, phase} = await failureOf(get('https://api.example.test/', {}, at('')))
    assert.deepEqual([kind, phase], ['proxy-auth', 'not-sent'])
  })

  it('row 51: a proxy that says no', async () => {
    await using proxy = await connectProxy(0, {status: 502})
    const settings = {proxy: {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}}
    const failure = await failureOf(get('https://api.example.test/', {}, settings))
    assert.equal(failure.kind, 'proxy')
    assert.match(failure.detail, /answered 502/)
  })

  it('row 51b: loopback never goes through a proxy', async () => {
    await using server = await https(named, (_request, response) => response.end('direct'))
    await using proxy = await connectProxy(server.port)
    const settings = {proxy: {url: `http://127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY'}, caFile: named.file}
    assert.equal((await get(`https://127.0.0.1:${server.port}`, {}, settings)).body.toString(), 'direct')
    await failureOf(get(`https://localhost:${server.port}`, {}, settings))
    assert.deepEqual(proxy.asked, [])
  })

  it('says which file of SUPERSET_CA_FILE cannot be used', async () => {
    const problem = await problemOf(get('https://127.0.0.1:1', {}, {caFile: '/nonexistent.pem'}), 'NETWORK_CA_FILE')
    assert.equal(problem.exit, 78)
    await problemOf(get('https://127.0.0.1:1', {}, {caFile: import.meta.filename}), 'NETWORK_CA_FILE')
  })
})
