import assert from 'node:assert/strict'
import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {obtainTokens, startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {plantIncumbentSession} from '../support/incumbent.ts'
import {itInFull} from '../support/matrix.ts'
import {PAST} from '../support/refresh-stage.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'

type Config = Record<string, unknown> & {auth?: {accessToken: string; refreshToken: string; expiresAt: number}}

describe('another program that rewrites config.json, and knows no lock of ours', () => {
  let sandbox: Sandbox
  let home: Home
  let env: Record<string, string>
  before(async () => {
    sandbox = await startSandbox()
    env = sandboxEnvironment(sandbox)
  })
  after(() => sandbox.close())
  beforeEach(async () => {
    home = await Home.createResident()
    // Its session names no endpoints: finding them, while the claim is held, is the way to the server.
    await plantIncumbentSession(home, sandbox, PAST)
    sandbox.journal.reset()
  })
  afterEach(async () => {
    for (const faults of Object.values(sandbox.faults)) faults.clear()
    await home[Symbol.asyncDispose]()
  })

  const file = () => path.join(home.superset, 'config.json')
  const read = async () => JSON.parse(await readFile(file(), 'utf8')) as Config
  const start = () => home.start(['tasks', 'list', '--json'], {env})
  const list = () => start().ended
  const refreshRequests = () => sandbox.counters.token['refresh_token'] ?? 0

  /** As programs write such files: beside it, then renamed over it. */
  async function rewrite(change: (config: Config) => Config): Promise<void> {
    const draft = `${file()}.other`
    await writeFile(draft, JSON.stringify(change(await read())), {mode: 0o600})
    await rename(draft, file())
  }

  /** Its own refresh of the very token that is stored: the old one is spent from now on. */
  async function refreshAsOtherProgram(): Promise<void> {
    const {auth} = await read()
    const answer = await fetch(`${sandbox.url}/api/auth/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: auth?.refreshToken ?? '',
        client_id: 'superset-cli',
        resource: sandbox.url,
      }),
    })
    assert.equal(answer.status, 200)
    const body = (await answer.json()) as {access_token: string; refresh_token: string; expires_in: number}
    await rewrite((config) => ({...config, auth: toAuth(body)}))
  }

  /** Ended well, and with the session that the other program stored, which lives. */
  async function assertAdopted(stored: Config, requests: number): Promise<void> {
    assert.deepEqual((await read()).auth, stored.auth, 'what the other program stored was overwritten')
    assert.equal(refreshRequests(), requests)
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
  }

  itInFull('a session refreshed by it before our run is used; we send nothing', async () => {
    await refreshAsOtherProgram()
    const stored = await read()
    assertSucceeded(await list())
    await assertAdopted(stored, 1)
  })

  it('the same token refreshed by it on our way to the server: we do not present it again', async () => {
    const hold = sandbox.faults.metadata.add({hold: 'before'})
    const started = start()
    await Promise.race([hold.held(), started.ended])
    await refreshAsOtherProgram()
    const stored = await read()
    hold.release()
    assertSucceeded(await started.ended)
    await assertAdopted(stored, 1)
  })

  itInFull('a new sign-in by it while our answer is under way stays, and is adopted', async () => {
    const hold = sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
    const started = start()
    await Promise.race([hold.held(), started.ended])
    const tokens = await obtainTokens(sandbox.url)
    await rewrite((config) => ({...config, auth: toAuth(tokens)}))
    const stored = await read()
    hold.release()
    assertSucceeded(await started.ended)
    await assertAdopted(stored, 1)
  })

  it('a logout by it while our answer is under way stays; the new token is given back', async () => {
    const hold = sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
    const started = start()
    await Promise.race([hold.held(), started.ended])
    await rewrite(({auth: _auth, ...rest}) => rest)
    const live = sandbox.liveRefreshTokens()
    hold.release()
    const run = await started.ended
    assert.equal(run.code, 4, run.stdout + run.stderr)
    assert.equal((await read()).auth, undefined)
    await sandbox.changes.until(() => sandbox.liveRefreshTokens() === live - 1)
  })

  itInFull('keys that we do not know, written while our answer is under way, are kept', async () => {
    const hold = sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
    const started = start()
    await Promise.race([hold.held(), started.ended])
    const {auth} = await read()
    await rewrite((config) => ({
      ...config,
      organizationId: null,
      theirs: {a: [1, 'ü']},
      auth: {...auth!, note: 'kept'},
    }))
    hold.release()
    assertSucceeded(await started.ended)
    const now = await read()
    assert.deepEqual(now['theirs'], {a: [1, 'ü']})
    assert.equal(now.auth && 'note' in now.auth && now.auth.note, 'kept')
    assert.notEqual(now.auth?.refreshToken, auth?.refreshToken)
    assertSucceeded(await home.run(['auth', 'refresh'], {env}))
  })

  it('a rewrite after our save that brings the spent session back: it is told, and no token is sent', async () => {
    const old = await readFile(file())
    assertSucceeded(await list())
    const requests = refreshRequests()
    await rm(file())
    await writeFile(file(), old, {mode: 0o600})
    const run = await list()
    assert.equal(run.code, 4, run.stdout + run.stderr)
    assert.equal(refreshRequests(), requests, 'a spent token was presented')
    assert.ok(sandbox.liveRefreshTokens() > 0)
  })

  itInFull(
    'an API key that it stores wins over the session, as with the incumbent; a key in the environment wins over both',
    async () => {
      await rewrite((config) => ({...config, apiKey: sandbox.apiKey}))
      const keyed = {...env, SUPERSET_API_KEY: sandbox.apiKey}
      for (const [given, source] of [
        [env, 'stored'],
        [keyed, 'env:SUPERSET_API_KEY'],
      ] as const) {
        const run = await home.run(['auth', 'status', '--json'], {env: given})
        const {scheme, source: found} = JSON.parse(run.stdout) as {scheme: string; source: string}
        assert.deepEqual({scheme, found}, {scheme: 'api-key', found: source})
      }

      // The key belongs to no organization by itself.
      const acting = {...keyed, SUPERSET_ORGANIZATION_ID: sandbox.organizations.team.id}
      assertSucceeded(await home.run(['tasks', 'list', '--json'], {env: acting}))
      assert.equal(refreshRequests(), 0)
    },
  )
})

function toAuth(tokens: {access_token: string; refresh_token: string; expires_in: number}) {
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresAt: Date.now() + tokens.expires_in * 1000,
  }
}
