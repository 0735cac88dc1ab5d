import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {type IdentityRequest, isProblem} from '@superset/identity'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {listening, type Listening} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {tempHome, type TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'

const HOUR_MS = 3_600_000

/** As another program has stored it: whom it is for is known from its claims alone. */
function tokenFor(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({alg: 'none'})}.${part(claims)}.c2lnbmF0dXJl`
}

describe('a stored token that is for an address without encryption', () => {
  let home: TempHome
  let server: Listening
  /** Whatever reaches it: `http://0.0.0.0` leads there, and to another machine from inside of a container. */
  const reached: (string | undefined)[] = []

  before(async () => {
    server = await listening(
      createServer(({url}, response) => {
        reached.push(url)
        response.end('{}')
      }),
    )
  })
  after(() => server[Symbol.asyncDispose]())
  beforeEach(async () => {
    reached.length = 0
    home = await tempHome()
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const request = (): IdentityRequest => ({
    bin: 'superset',
    version: '1.0.0',
    homeDir: home.homeDir,
    profile: 'default',
    apiUrl: {value: 'https://api.superset.test', source: 'default'},
    defaultApiUrl: 'https://api.superset.test',
    webUrl: {value: 'https://app.superset.test', source: 'default'},
    clientId: {value: 'superset-cli', source: 'default'},
    secrets: {},
    interactive: false,
    agentMode: false,
    tell: () => {},
  })

  for (const [life, expiresAt] of [
    ['fresh', Date.now() + 100 * HOUR_MS],
    ['due', Date.now() + 60_000],
    ['expired', Date.now() - HOUR_MS],
  ] as const) {
    for (const host of ['0.0.0.0', '0', '0x0.0.0.0']) {
      it(`${life}, in config.json, for http://${host}: nothing secret is sent, nor asked for, exit 78`, async () => {
        const url = `http://${host}:${server.port}`
        const accessToken = tokenFor({iss: url, aud: url, sub: 'ada'})
        await mkdir(home.homeDir, {recursive: true, mode: 0o700})
        const config = {auth: {accessToken, refreshToken: 'refresh-1', expiresAt}}
        await writeFile(`${home.homeDir}/config.json`, JSON.stringify(config), {mode: 0o600})
        const provider = new AuthProvider()
        const attempt = async () => {
          const session = await provider.session(request())
          assert.ok(session, 'signed in')
          await session.fetch('/api')
        }

        await assert.rejects(attempt(), (error) => {
          assert.ok(isProblem(error), String(error))
          assert.deepEqual([error.code, error.exit], ['TLS_INSECURE', 78], error.message)
          return true
        })
        await provider.settle()
        assert.deepEqual(reached, [])
      })
    }
  }
})
