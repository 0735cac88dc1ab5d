import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home, Started} from '../support/cli.ts'
import {CountingServer, deadAddress} from '../support/counting-server.ts'
import {proxiesAt} from '../support/proxies.ts'
import {assertSucceeded, setExpiry, signIn} from '../support/signed-in.ts'
import {itInFull} from '../support/matrix.ts'

const PAST = 1000

describe('row 51b: loopback never goes through a proxy', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('all proxy variables name a dead port: sign-in, refresh, commands and sign-out work', async () => {
    await using home = await Home.create()
    await tellTheWholeStory(home, proxiesAt(await deadAddress()))
  })

  itInFull('all proxy variables name a live proxy: it gets to see no connection', async () => {
    await using home = await Home.create()
    await using proxy = await CountingServer.start()
    await assertProxyIsUsedByOthers(proxy)
    const before = proxy.connections
    await tellTheWholeStory(home, proxiesAt(proxy.url))
    assert.equal(proxy.connections - before, 0, proxy.requests.join('\n'))
  })

  async function tellTheWholeStory(home: Home, proxies: Record<string, string>): Promise<void> {
    const env = await signIn(home, sandbox, 'file', proxies)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
    const before = sandbox.counters.token['refresh_token'] ?? 0
    await setExpiry(home, PAST)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    assert.equal((sandbox.counters.token['refresh_token'] ?? 0) - before, 1, 'the helper refreshed')
    assertSucceeded(await home.run(['auth', 'whoami'], {env}))
    const revocations = sandbox.counters.revocations
    assertSucceeded(await home.run(['auth', 'logout'], {env}))
    assert.equal(sandbox.counters.revocations - revocations, 1)
  }

  /** The trap works: a program that follows these variables to the letter does ask this proxy for the sandbox. */
  async function assertProxyIsUsedByOthers(proxy: CountingServer): Promise<void> {
    const program = `await fetch('${sandbox.url}').catch(() => {})`
    const env = {...process.env, ...proxiesAt(proxy.url), NODE_USE_ENV_PROXY: '1'}
    await new Started(spawn(process.execPath, ['-e', program], {env})).ended
    assert.ok(proxy.connections > 0)
  }
})

describe('row 113: a variable that names no proxy', () => {
  const env = {HTTPS_PROXY: 'http://[proxy.test', SUPERSET_API_KEY: 'sk_live_1', SUPERSET_API_URL: 'https://api.test'}

  it('is in nobody’s way who needs no network', async () => {
    await using home = await Home.create()
    for (const line of [['version'], ['auth', 'status']]) assertSucceeded(await home.run(line, {env}))
  })

  it('is refused by its name where somebody would go that way, and nothing is sent', async () => {
    await using home = await Home.create()
    const {code, stderr} = await home.run(['tasks', 'list'], {env})
    assert.equal(code, 78, stderr)
    assert.match(stderr, /HTTPS_PROXY is not the address of an HTTP proxy\./)
  })
})
