import assert from 'node:assert/strict'
import {once} from 'node:events'
import {readdirSync, readFileSync} from 'node:fs'
import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {jwt} from '../../packages/plugin-auth/test/support/sessions.ts'
import {CLI, Home, type Started} from '../support/cli.ts'
import {EVERY_COMMAND} from '../support/every-command.ts'
import {few} from '../support/matrix.ts'
import {HUMAN} from '../support/modes.ts'
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
  revocation_endpoint: `${url}/revoke`,
  response_types_supported: ['code'],
})
const device = (url: string): object => ({
  ...{device_code: 'd', user_code: 'ABCD', verification_uri: `${url}/device-page`, expires_in: 600, interval: 1},
})

/** A command, and where nobody answers it. */
interface Wait {
  readonly args: readonly string[]
  readonly at: string
  /** What the server answers before it falls silent. */
  readonly answers?: Readonly<Record<string, (url: string) => object>>
  readonly env?: (url: string) => Readonly<Record<string, string>>
  /** A stored session: its access token has expired, or lives for an hour more. */
  readonly session?: 'expired' | 'valid'
  readonly input?: string
  /** Brings the command to that wait. */
  readonly lead?: (started: Started) => Promise<unknown>
  /** A helper finishes what was sent (row 70), and outlives the command for that. */
  readonly helper?: boolean
}

const KEYED = {env: () => ({SUPERSET_API_KEY: 'sk_live_key', SUPERSET_ORGANIZATION_ID: 'org'})}
const atApi = (...args: readonly string[]): readonly Wait[] => [{args, at: 'the API', ...KEYED}]
const login = (...args: readonly string[]): readonly string[] => ['auth', 'login', ...args]
const atRegistry = (...args: readonly string[]): readonly Wait[] => [
  {args: ['plugins', ...args], at: 'the registry', env: (url) => ({npm_config_registry: `${url}/`})},
]

/** Each command that needs a session, at the service or at this machine's host, whoever it asks first. */
const OF_THE_SERVICE = Object.entries(EVERY_COMMAND).map(([command, {works}]): readonly [string, readonly Wait[]] => {
  const words = works.split(' ').filter((word) => word !== '')
  const args = words.map((word) => (word === '$file' ? import.meta.filename : word.replace('$', '')))
  return [command.replaceAll(' ', ':'), atApi(...command.split(' '), ...args)]
})

/** Each command of the manifest with its waits, or why it has none here. */
const WAITS: Readonly<Record<string, readonly Wait[] | string>> = {
  ...Object.fromEntries(OF_THE_SERVICE),
  'auth:forget': [
    {
      args: ['auth', 'forget', 'work', '--yes'],
      at: 'the revocation',
      answers: {[DISCOVERY]: metadata},
      session: 'valid',
    },
  ],
  'auth:list': 'reads files',
  'auth:login': [
    {args: login('--no-browser'), at: 'the discovery'},
    {
      args: login('--no-browser', '--client-id', 'x'),
      at: 'the RFC 9728 metadata of the API',
      answers: {[DISCOVERY]: metadata},
      env: (url) => ({SUPERSET_ISSUER: url, SUPERSET_API_URL: url.replace('127.0.0.1', 'localhost')}),
    },
    {args: login('--device'), at: 'the device endpoint', answers: {[DISCOVERY]: metadata}},
    {args: login('--device'), at: 'a poll', answers: {[DISCOVERY]: metadata, '/device': device}},
    {args: login('--no-browser'), at: 'the token endpoint', answers: {[DISCOVERY]: metadata}, lead: comeBack},
    {args: login('--with-api-key'), at: 'the API', input: 'sk_live_key'},
  ],
  'auth:logout': [{args: ['auth', 'logout'], at: 'the revocation', answers: {[DISCOVERY]: metadata}, session: 'valid'}],
  'auth:migrate': 'waits for the keyring: see the suites of keyrings',
  'auth:refresh': [
    {args: ['auth', 'refresh'], at: 'the discovery', session: 'valid', helper: true},
    {
      ...{args: ['auth', 'refresh'], at: 'the token endpoint', answers: {[DISCOVERY]: metadata}},
      ...{session: 'valid', helper: true},
    },
  ],
  'auth:status': 'reads files',
  'auth:switch': 'reads and writes files',
  'auth:token': [{args: ['auth', 'token'], at: 'the discovery of a refresh', session: 'expired', helper: true}],
  'auth:whoami': atApi('auth', 'whoami'),
  'alias:delete': 'reads and writes files',
  'alias:list': 'reads files',
  'alias:set': 'reads and writes files',
  'config:get': 'reads files',
  'config:list': 'reads files',
  'config:set': 'reads and writes files',
  'config:unset': 'reads and writes files',
  doctor: atApi('doctor'),
  'identity:list': 'reads files',
  'identity:reset': 'reads and writes files',
  'identity:use': 'reads and writes files',
  plugins: 'reads files',
  'plugins:create': 'writes files',
  'plugins:inspect': 'reads files',
  'plugins:install': atRegistry('install', 'some-plugin'),
  'plugins:link': 'reads and writes files',
  'policy:check': 'reads a file',
  'plugins:search': 'asks the registry, as plugins:install does',
  'plugins:reset': 'brings again what was installed, as plugins:install does',
  'plugins:uninstall': 'reads and writes files',
  'plugins:update': 'brings anew what was installed, as plugins:install does',
  'tasks:list': [
    ...atApi('tasks', 'list'),
    {args: ['tasks', 'list'], at: 'the discovery of a refresh', session: 'expired', helper: true},
  ],
  update: 'only an installed one updates: see its suites',
  schema: 'reads files',
  version: 'our own',
}
const NO_WAIT = /^(?:autocomplete|help)(?::|$)/

const CASES = Object.values(WAITS).flatMap((waits) =>
  typeof waits === 'string'
    ? []
    : waits.flatMap((wait) => (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => ({wait, signal}))),
)
const EXITS = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129}
/** One for each signal, at an issuer, an API and a registry. */
const REPRESENTATIVES = [
  'SIGINT auth login, at a poll',
  'SIGTERM tasks list, at the API',
  'SIGHUP plugins install, at the registry',
  'SIGINT terminals read, at the API',
]
const titleOf = ({signal, wait}: (typeof CASES)[number]): string =>
  `${signal} ${wait.args.slice(0, 2).join(' ')}, at ${wait.at}`

describe('told to stop while somebody does not answer', () => {
  let home: Home
  beforeEach(async () => {
    home = await Home.create()
  })
  afterEach(() => home?.[Symbol.asyncDispose]())

  it('knows every command of the manifest', () => {
    const ids = ['.', 'packages/plugin-auth'].flatMap((folder) => {
      const file = path.resolve(path.dirname(CLI), '..', folder, 'oclif.manifest.json')
      return Object.keys((JSON.parse(readFileSync(file, 'utf8')) as {commands: object}).commands)
    })
    assert.deepEqual(
      ids.filter((id) => !(id in WAITS) && !NO_WAIT.test(id)),
      [],
    )
  })

  for (const each of few(CASES, (one) => REPRESENTATIVES.includes(titleOf(one)))) {
    it(`row 85: ${titleOf(each)}`, async () => {
      const {signal, wait} = each
      await using server = await SilentServer.start(wait.answers)
      if (wait.session) await storeSession(wait.session, server.url)
      await leaveManifest(server.url)
      const started = home.start(wait.args, {
        env: {
          ...{...HUMAN, SUPERSET_API_URL: server.url, SUPERSET_WEB_URL: server.url, BROWSER: 'none'},
          ...{SUPERSET_STORAGE_KEY: STORAGE_KEY, SUPERSET_DATA_DIR: path.join(home.path, 'data')},
          ...wait.env?.(server.url),
        },
        ...(wait.input === undefined ? {keepStdin: true} : {input: wait.input}),
      })
      const silent = server.waitedFor()
      const lead = wait.lead?.(started)
      const ended = await Promise.race([silent.then(() => undefined), started.ended])
      assert.equal(ended, undefined, `it ended before: ${ended?.stdout}${ended?.stderr}`)
      started.child.kill(signal)
      const {code, signal: by, stdout, stderr} = await started.ended
      await lead
      assert.ok(by === signal || code === EXITS[signal], `${code ?? by}: ${stdout}${stderr}`)
      assert.doesNotMatch(stderr, /\n\s+at |TypeError|UNEXPECTED/)
      if (wait.args[1] === 'login' && signal === 'SIGINT')
        assert.match(stdout + stderr, /Cancelled; previous session unchanged\./)
      if (wait.helper) return
      assert.deepEqual(await halfWritten(), [])
      assert.deepEqual(processesOf(home.path), [])
    })
  }

  /** Its access token says whose it is. */
  async function storeSession(life: 'expired' | 'valid', url: string): Promise<void> {
    await mkdir(home.superset, {recursive: true, mode: 0o700})
    const expiresAt = Date.now() + (life === 'valid' ? 3_600_000 : -3_600_000)
    const auth = {accessToken: jwt({iss: url, aud: [url], sub: 'somebody'}), refreshToken: 'refresh', expiresAt}
    const session = {auth, organizationId: 'org'}
    await writeFile(path.join(home.superset, 'config.json'), JSON.stringify(session), {mode: 0o600})
    const others = JSON.stringify({profiles: {work: session}})
    await writeFile(path.join(home.superset, 'profiles.json'), others, {mode: 0o600})
  }

  /** Of a host service on this machine, which is silent as well. */
  async function leaveManifest(endpoint: string): Promise<void> {
    const folder = path.join(home.superset, 'host/org')
    await mkdir(folder, {recursive: true, mode: 0o700})
    const manifest = {pid: process.pid, endpoint, authToken: 'secret', startedAt: Date.now(), organizationId: 'org'}
    await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest), {mode: 0o600})
  }

  async function halfWritten(): Promise<readonly string[]> {
    const names = await readdir(home.path, {recursive: true})
    return names.filter((name) => /\.tmp$|-journal$|\.unfinished/.test(name))
  }
})

/** As the browser does: the answer of the issuer goes to the loopback address, whose page waits for the token. */
async function comeBack(started: Started): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<URL>()
  started.child.stderr?.on('data', () => {
    const [found] = /http:\S+redirect_uri=http%3A%2F%2F127\S+(?=\s)/.exec(started.stderr) ?? []
    if (found) resolve(new URL(found))
  })
  const {searchParams} = await promise
  const redirect = new URL(searchParams.get('redirect_uri') ?? '')
  redirect.searchParams.set('code', 'c')
  redirect.searchParams.set('state', searchParams.get('state') ?? '')
  await fetch(redirect).catch(() => {})
}

/** Processes that run with this home; nothing on systems whose processes cannot be looked at. */
function processesOf(folder: string): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${folder}\0`)
    } catch {
      // It has ended, or is another user's.
      return false
    }
  })
}
