import assert from 'node:assert/strict'
import {
  Certificates,
  connectProxy,
  deadPort,
  http,
  https,
} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {Home} from '../support/cli.ts'

/** Looked up by nobody here: only a proxy of ours is asked for it. */
const API = 'https://api.corp.test'
const LIST = ['tasks', 'list', '--json']

interface Failure {
  readonly error: {readonly code: string; readonly exit: number; readonly message: string}
}

describe('the API behind a proxy, seen from the built CLI', () => {
  let certificates: Certificates
  let home: Home
  before(async () => {
    certificates = new Certificates()
    home = await Home.create()
  })
  after(async () => {
    certificates[Symbol.dispose]()
    await home[Symbol.asyncDispose]()
  })

  const run = (args: readonly string[], env: Record<string, string>) =>
    home.run(args, {env: {SUPERSET_API_URL: API, SUPERSET_API_KEY: 'sk_live_0123456789', ...env}})

  async function refused(env: Record<string, string>, exit: number): Promise<Failure['error']> {
    const {code, stderr, stdout} = await run(LIST, env)
    assert.equal(code, exit, stdout + stderr)
    return (JSON.parse(stdout) as Failure).error
  }

  it('rows 48 and 111: through ALL_PROXY, with SUPERSET_CA_FILE, our User-Agent, and the key for the API alone', async () => {
    const certificate = certificates.make('api', {subject: 'API Root', names: 'DNS:api.corp.test'})
    const agents: (string | undefined)[] = []
    await using api = await https(certificate, ({headers}, response) => {
      agents.push(headers['user-agent'])
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({result: {data: {json: headers['x-api-key'] === undefined ? null : []}}}))
    })
    await using proxy = await connectProxy(api.port)
    const env = {ALL_PROXY: `http://ada:pw@127.0.0.1:${proxy.port}`, SUPERSET_CA_FILE: certificate.file}
    const {code, stderr, stdout} = await run(LIST, env)
    assert.deepEqual([code, stdout.trim()], [0, '[]'], stderr)
    assert.deepEqual(new Set(proxy.asked), new Set(['api.corp.test:443']))
    for (const agent of agents) assert.match(agent ?? '', /^superset\/\d/)
    const {message} = await refused({ALL_PROXY: `http://127.0.0.1:${proxy.port}`}, 78)
    assert.match(message, /^Certificate of api\.corp\.test is signed by API Root, unknown here/)
  })

  it('row 113: whatever a proxy does, it is named with its variable', async () => {
    const dead = await deadPort()
    const down = await refused({HTTPS_PROXY: `http://127.0.0.1:${dead}`}, 75)
    assert.equal(down.message, `Proxy 127.0.0.1:${dead} (from HTTPS_PROXY) is not reachable.`)
    for (const [status, exit] of [
      [403, 77],
      [502, 75],
    ] as const) {
      await using proxy = await connectProxy(0, {status})
      const {message} = await refused({https_proxy: `http://127.0.0.1:${proxy.port}`}, exit)
      assert.equal(message, `The proxy 127.0.0.1:${proxy.port} (from https_proxy) refused: ${status}.`)
      const {code, stdout} = await run(['doctor', '--json'], {https_proxy: `http://127.0.0.1:${proxy.port}`})
      assert.equal(code, 1)
      assert.ok(stdout.includes(message), stdout)
    }

    await using proxy = await connectProxy(0)
    const plain = await refused({HTTPS_PROXY: `https://127.0.0.1:${proxy.port}`}, 78)
    assert.equal(plain.message, `The proxy 127.0.0.1:${proxy.port} (from HTTPS_PROXY) does not speak TLS.`)
  })

  it('row 111: SOCKS is refused where somebody goes that way, and nowhere else', async () => {
    const env = {ALL_PROXY: 'socks5h://127.0.0.1:1'}
    assert.equal((await refused(env, 78)).message, 'SOCKS proxies are not supported (ALL_PROXY).')
    const examined = await run(['doctor', '--json'], env)
    assert.ok(examined.stdout.includes('SOCKS proxies are not supported (ALL_PROXY).'), examined.stdout)
  })

  it('row 114: an https address at a plain port is called that', async () => {
    await using plain = await http((_request, response) => response.end())
    const {message} = await refused({SUPERSET_API_URL: `https://127.0.0.1:${plain.port}`}, 78)
    assert.match(message, /^127\.0\.0\.1 does not speak TLS there/)
  })

  it('a file of authorities without one is refused by name, and doctor works with it', async () => {
    const SUPERSET_CA_FILE = certificates.write('empty.pem', 'nothing\n')
    const {message} = await refused({SUPERSET_CA_FILE}, 78)
    assert.equal(
      message,
      `SUPERSET_CA_FILE names ${SUPERSET_CA_FILE}, which cannot be used: it holds no PEM certificate.`,
    )
    const {code, stdout} = await run(['doctor', '--json'], {SUPERSET_CA_FILE})
    assert.equal(code, 1)
    assert.ok(stdout.includes(message), stdout)
    assert.ok((JSON.parse(stdout) as {checks: unknown[]}).checks.length > 2, stdout)
  })
})
