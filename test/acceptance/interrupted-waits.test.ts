import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Home, type Started} from '../support/cli.ts'
import {STORAGE_KEY} from '../support/signed-in.ts'

/**
 * A server that answers what it is told to and is silent otherwise. Each wait for it would end by itself only after
 * seconds, as a fault of the network with another exit code.
 */
class SilentServer implements AsyncDisposable {
  readonly #server: Server
  readonly #answers: Readonly<Record<string, (url: string) => object>>

  private constructor(answers: Readonly<Record<string, (url: string) => object>>) {
    this.#answers = answers
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  static async start(answers: Readonly<Record<string, (url: string) => object>> = {}): Promise<SilentServer> {
    const started = new SilentServer(answers)
    started.#server.listen(0, '127.0.0.1')
    await once(started.#server, 'listening')
    return started
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Resolves when somebody waits for an answer that will not come. */
  async waitedFor(): Promise<void> {
    await once(this.#server, 'silent')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answers[request.url ?? '']
    if (!answer) return void this.#server.emit('silent')
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(this.url)))
  }
}

const DISCOVERY = '/.well-known/openid-configuration'
const metadata = (url: string): object => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  device_authorization_endpoint: `${url}/device`,
  response_types_supported: ['code'],
})

describe('Ctrl-C while somebody does not answer', () => {
  let home: Home
  beforeEach(async () => {
    home = await Home.create()
  })
  afterEach(() => home?.[Symbol.asyncDispose]())

  const start = (args: readonly string[], url: string, more: Record<string, string> = {}, input?: string): Started =>
    home.start(args, {
      env: {
        ...{SUPERSET_API_URL: url, SUPERSET_WEB_URL: url, SUPERSET_STORAGE_KEY: STORAGE_KEY, BROWSER: 'none'},
        ...more,
      },
      ...(input === undefined ? {keepStdin: true} : {input}),
    })

  const interrupted = async (started: Started, message?: RegExp): Promise<void> => {
    started.child.kill('SIGINT')
    const {code, signal, stdout, stderr} = await started.ended
    assert.ok(signal === 'SIGINT' || code === 130, `${code ?? signal}: ${stdout}${stderr}`)
    if (message) assert.match(stdout + stderr, message)
    assert.doesNotMatch(stderr, /\n\s+at /)
  }

  const CANCELLED = /Cancelled; previous session unchanged\./

  it('row 85: auth login, at the discovery', async () => {
    await using server = await SilentServer.start()
    const started = start(['auth', 'login', '--no-browser'], server.url)
    await server.waitedFor()
    await interrupted(started, CANCELLED)
  })

  it('row 85: auth login, at the RFC 9728 metadata of the API', async () => {
    await using api = await SilentServer.start()
    await using issuer = await SilentServer.start({[DISCOVERY]: metadata})
    const args = ['auth', 'login', '--no-browser', '--issuer', issuer.url, '--client-id', 'x', '--api-url', api.url]
    const started = start(args, api.url)
    await api.waitedFor()
    await interrupted(started, CANCELLED)
  })

  it('row 85: auth login --device, at the device endpoint', async () => {
    await using server = await SilentServer.start({[DISCOVERY]: metadata})
    const started = start(['auth', 'login', '--device'], server.url)
    await server.waitedFor()
    await interrupted(started, CANCELLED)
  })

  it('row 85: auth login --device, at a poll', async () => {
    const device = (url: string): object => ({
      ...{device_code: 'd', user_code: 'ABCD', verification_uri: `${url}/device-page`, expires_in: 600, interval: 1},
    })
    await using server = await SilentServer.start({[DISCOVERY]: metadata, '/device': device})
    const started = start(['auth', 'login', '--device'], server.url)
    await server.waitedFor()
    await interrupted(started, CANCELLED)
  })

  it('row 85: auth login, at the token endpoint', async () => {
    await using server = await SilentServer.start({[DISCOVERY]: metadata})
    const started = start(['auth', 'login', '--no-browser'], server.url)
    const address = await new Promise<URL>((resolve) => {
      started.child.stderr?.on('data', () => {
        const [found] = /http:\S+redirect_uri=http%3A%2F%2F127\S+(?=\s)/.exec(started.stderr) ?? []
        if (found) resolve(new URL(found))
      })
    })
    const redirect = new URL(address.searchParams.get('redirect_uri') ?? '')
    redirect.searchParams.set('code', 'c')
    redirect.searchParams.set('state', address.searchParams.get('state') ?? '')
    const page = fetch(redirect).catch(() => {})
    await server.waitedFor()
    await interrupted(started, CANCELLED)
    await page
  })

  it('row 85: auth login --with-api-key, at the API', async () => {
    await using server = await SilentServer.start()
    const started = start(['auth', 'login', '--with-api-key'], server.url, {}, 'sk_live_key')
    await server.waitedFor()
    await interrupted(started, CANCELLED)
  })

  for (const command of ['tasks list', 'tasks create --title x', 'auth whoami', 'doctor']) {
    it(`${command}, at the API`, async () => {
      await using server = await SilentServer.start()
      const started = start(command.split(' '), server.url, {SUPERSET_API_KEY: 'sk_live_key'})
      await server.waitedFor()
      await interrupted(started)
    })
  }

  it('plugins install, at the registry', async () => {
    await using server = await SilentServer.start()
    const started = start(['plugins', 'install', 'some-plugin'], server.url, {npm_config_registry: `${server.url}/`})
    await server.waitedFor()
    await interrupted(started)
  })
})
