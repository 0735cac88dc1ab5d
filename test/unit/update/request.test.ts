import assert from 'node:assert/strict'
import {isProblem} from '@superset/identity'
import {Certificates, connectProxy, http, https} from '../../../packages/plugin-auth/test/network/loopback-servers.ts'
import {receiveText} from '../../../src/update/request.ts'

/** Looked up by nobody here: only a proxy of ours is asked for it. */
const RELEASES = new URL('https://releases.corp.test/channels/stable.json')
const VARIABLES = ['ALL_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SUPERSET_CA_FILE']

describe('what the updater asks for', () => {
  afterEach(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name)
  })

  const ask = (url: URL) => receiveText(url, {signal: new AbortController().signal}, 1024)

  async function refused(url: URL): Promise<readonly [number, string]> {
    const error: unknown = await ask(url).then(
      () => assert.fail('it was answered'),
      (fault: unknown) => fault,
    )
    assert.ok(isProblem(error), String(error))
    return [error.exit, error.message]
  }

  it('row 111: goes through ALL_PROXY, with SUPERSET_CA_FILE and our User-Agent', async () => {
    using certificates = new Certificates()
    const certificate = certificates.make('releases', {subject: 'Releases Root', names: 'DNS:releases.corp.test'})
    await using host = await https(certificate, ({headers}, response) => response.end(headers['user-agent']))
    await using proxy = await connectProxy(host.port)
    Object.assign(process.env, {ALL_PROXY: `127.0.0.1:${proxy.port}`, SUPERSET_CA_FILE: certificate.file})
    assert.match((await ask(RELEASES)) ?? '', /^superset/)
    assert.deepEqual(proxy.asked, ['releases.corp.test:443'])
  })

  it('rows 111 and 113: a proxy that says no, and SOCKS', async () => {
    await using proxy = await connectProxy(0, {status: 403})
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${proxy.port}`
    const said = `The proxy 127.0.0.1:${proxy.port} (from HTTPS_PROXY) refused: 403.`
    assert.deepEqual(await refused(RELEASES), [77, said])
    process.env['HTTPS_PROXY'] = 'socks5://127.0.0.1:1'
    assert.deepEqual(await refused(RELEASES), [78, 'SOCKS proxies are not supported (HTTPS_PROXY).'])
  })

  it('row 104: no more than the limit is read; row 114: plain http is called that', async () => {
    await using host = await http((_request, response) => response.end('x'.repeat(2000)))
    const address = `127.0.0.1:${host.port}`
    const [tooLarge, said] = await refused(new URL(`http://${address}/`))
    assert.deepEqual([tooLarge, said.startsWith(`${address} sent more than 1 KB.`)], [78, true], said)
    const [exit, message] = await refused(new URL(`https://${address}/`))
    assert.deepEqual([exit, message.startsWith('127.0.0.1 does not speak TLS there')], [78, true])
  })
})
