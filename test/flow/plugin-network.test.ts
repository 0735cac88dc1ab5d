import assert from 'node:assert/strict'
import {request} from 'node:http'
import {Certificates, deadPort, https} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {few} from '../support/matrix.ts'
import {PluginRuns} from '../support/plugin-runs.ts'
import {plainProxy, proxiesAt} from '../support/proxies.ts'
import {Registry} from '../support/registry.ts'

const NAME = '@acme/hello'
/** Looked up by nobody here: only a proxy of ours is asked for it. */
const ELSEWHERE = 'http://registry.corp.test/'
const INSTALL = ['plugins', 'install', NAME]
const VARIABLES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'http_proxy',
  'https_proxy',
  'ALL_PROXY',
  'NO_PROXY',
  'SUPERSET_CA_FILE',
]

describe('plugins come by the same way as everything else', () => {
  let registry: Registry
  before(async () => {
    registry = await Registry.start()
    registry.publish({
      'package.json': JSON.stringify({
        name: NAME,
        version: '1.0.0',
        oclif: {commands: './commands'},
        files: ['commands'],
      }),
      'commands/hello.js': 'export default class {}',
    })
  })
  after(() => registry[Symbol.asyncDispose]())
  afterEach(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name)
  })

  async function install(url: string, variables: Record<string, string>) {
    await using runs = await PluginRuns.create(url)
    Object.assign(process.env, variables)
    const problem = await runs.run(INSTALL)
    return {exit: problem?.exit ?? 0, message: problem?.message ?? '', installed: runs.isInstalled(NAME)}
  }

  for (const variable of few(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'], (one) => one === 'HTTP_PROXY'))
    it(`row 111: through ${variable}, by npm and by us`, async () => {
      await using proxy = await plainProxy(registry.url)
      const {exit, installed, message} = await install(ELSEWHERE, {[variable]: proxy.url})
      assert.deepEqual([exit, installed], [0, true], message)
      assert.ok(proxy.asked.length > 0 && proxy.asked.every((address) => address.startsWith(ELSEWHERE)))
    })

  it('row 111: SOCKS is refused by the name of its variable', async () => {
    const {exit, message} = await install(ELSEWHERE, {HTTP_PROXY: 'socks5://ada:hunter2@127.0.0.1:1'})
    assert.deepEqual([exit, message], [78, 'SOCKS proxies are not supported (HTTP_PROXY).'])
  })

  it('row 51b: loopback never goes through a proxy', async () => {
    const dead = `http://127.0.0.1:${await deadPort()}`
    const ways: ReadonlyArray<Record<string, string>> = [proxiesAt(dead), {ALL_PROXY: 'socks5://127.0.0.1:1'}]
    for (const variables of few(ways, (one) => one === ways[0])) {
      const {exit, installed, message} = await install(registry.url, variables)
      assert.deepEqual([exit, installed], [0, true], message)
    }
  })

  it('row 113: a proxy that is down, or says no, is named', async () => {
    const port = await deadPort()
    const down = await install(ELSEWHERE, {HTTP_PROXY: `http://127.0.0.1:${port}`})
    assert.deepEqual([down.exit, down.message], [75, `Proxy 127.0.0.1:${port} (from HTTP_PROXY) is not reachable.`])
    const answers = [
      [403, 77, /the proxy 127\.0\.0\.1:\d+ \(from HTTP_PROXY\) on the way/],
      [407, 78, /^Your proxy 127\.0\.0\.1:\d+ \(from HTTP_PROXY\) requires authentication\.$/],
      [502, 75, /the proxy 127\.0\.0\.1:\d+ \(from HTTP_PROXY\) on the way/],
    ] as const
    for (const [status, exit, said] of few(answers, ([one]) => one === 407)) {
      await using proxy = await plainProxy(registry.url, status)
      const refused = await install(ELSEWHERE, {HTTP_PROXY: proxy.url})
      assert.equal(refused.exit, exit, refused.message)
      assert.match(refused.message, said)
    }
  })

  it('row 48: SUPERSET_CA_FILE counts for npm as well', async () => {
    using certificates = new Certificates()
    const certificate = certificates.make('registry', {subject: 'Registry Root', names: 'IP:127.0.0.1'})
    await using front = await https(certificate, (incoming, outgoing) => {
      const path = new URL(incoming.url ?? '/', registry.url)
      request(path, {headers: {...incoming.headers, host: path.host}}, (response) => {
        outgoing.writeHead(response.statusCode ?? 0, response.headers)
        response.pipe(outgoing)
      }).end()
    })
    const url = `https://127.0.0.1:${front.port}/`
    const stranger = await install(url, {})
    assert.notEqual(stranger.exit, 0)
    const {exit, installed, message} = await install(url, {SUPERSET_CA_FILE: certificate.file})
    assert.deepEqual([exit, installed], [0, true], message)
  })
})
