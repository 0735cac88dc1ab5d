import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

const RUNS = 5
const PAST = 1000

interface Listed {
  readonly profile: string
  readonly current: boolean
  readonly signedIn: boolean
  readonly source?: string
  readonly apiUrl: string
  readonly organizationId?: string
}

describe('two profiles, two issuers, two APIs, one home', () => {
  let home: Home
  let work: Sandbox
  let client: Sandbox
  before(async () => {
    home = await Home.createResident()
    ;[work, client] = await Promise.all([startSandbox(), startSandbox()])
    for (const [name, sandbox] of [
      ['work', work],
      ['client', client],
    ] as const) {
      const args = ['--profile', name, 'auth', 'login', '--json', '--storage', 'file']
      assertSucceeded(await home.run(args, {env: sandboxEnvironment(sandbox)}))
    }
  })
  after(async () => {
    await Promise.all([work.close(), client.close()])
    await home[Symbol.asyncDispose]()
  })

  const list = async (env = {}): Promise<readonly Listed[]> => {
    const run = await home.run(['auth', 'list', '--json'], {env})
    assertSucceeded(run)
    return JSON.parse(run.stdout) as readonly Listed[]
  }

  /** The file that both sessions are in. */
  const file = () => path.join(home.superset, 'profiles.json')
  type Sessions = Record<'client' | 'work', {auth: {accessToken: string; expiresAt: number}}>
  const sessions = async (): Promise<Sessions> => JSON.parse(await readFile(file(), 'utf8')).profiles
  const digests = async (): Promise<[string, string]> => {
    const found = await sessions()
    return [digest(found.work.auth.accessToken), digest(found.client.auth.accessToken)]
  }

  it('lists both, offline, with their APIs', async () => {
    const asked = work.counters.requests + client.counters.requests
    const found = await list({SUPERSET_PROFILE: 'work'})
    assert.deepEqual(
      found.map(({apiUrl, current, profile, signedIn, source}) => [profile, signedIn && apiUrl, current && source]),
      [
        ['client', client.url, false],
        ['default', false, false],
        ['work', work.url, 'env:SUPERSET_PROFILE'],
      ],
    )
    assert.equal(work.counters.requests + client.counters.requests, asked)
  })

  it(`two terminals, ${RUNS} runs each at expiry: one token request each, and each API sees its own tokens`, async () => {
    const before = await digests()
    const expired = await sessions()
    for (const {auth} of Object.values(expired)) auth.expiresAt = PAST
    await writeFile(file(), JSON.stringify({profiles: expired}))
    const terminal = (name: string) =>
      Array.from({length: RUNS}, () => home.start(['tasks', 'list', '--json'], {env: {SUPERSET_PROFILE: name}}).ended)
    const runs = await Promise.all([...terminal('work'), ...terminal('client')])
    for (const run of runs) assertSucceeded(run)
    const after = await digests()
    for (const [index, sandbox] of [work, client].entries()) {
      assert.equal(sandbox.counters.token['refresh_token'], 1)
      const own = [before[index], after[index]]
      assert.ok(sandbox.journal.api.length >= RUNS)
      for (const {credential} of sandbox.journal.api) assert.ok(own.includes(credential), 'a token that is not its own')
    }
  })

  it("never sends a session to another profile's API, whoever names it", async () => {
    const asked = client.counters.requests
    const exported = await home.run(['tasks', 'list', '--profile', 'work', '--json'], {
      env: {SUPERSET_API_URL: client.url},
    })
    const settings = path.join(home.superset, 'cli/profiles/work.json')
    const kept = await readFile(settings, 'utf8').catch(() => '{}')
    assertSucceeded(await home.run(['auth', 'switch', 'work', '--create']))
    await writeFile(settings, JSON.stringify({apiUrl: client.url}), {mode: 0o600})
    const configured = await home.run(['tasks', 'list', '--json'])
    await writeFile(settings, kept)
    for (const [run, holder] of [
      [exported, 'SUPERSET_API_URL'],
      [configured, "the profile's settings (work)"],
    ] as const) {
      assert.equal(run.code, 78, run.stdout + run.stderr)
      const {code, message} = errorOf(run)
      assert.equal(code, 'ORIGIN_MISMATCH')
      for (const part of [work.url, client.url, holder]) assert.ok(message.includes(part), message)
    }

    assert.equal(client.counters.requests, asked)
  })

  it('remembers an organization for each', async () => {
    const chosen = async () =>
      Object.fromEntries((await list()).map(({organizationId, profile}) => [profile, organizationId]))
    const before = await chosen()
    const {id} = work.organizations.team
    assert.notEqual(before['work'], id)
    assertSucceeded(await home.run(['organization', 'switch', id, '--profile', 'work']))
    assert.deepEqual(await chosen(), {...before, work: id})
  })

  it('switches for every terminal but those with SUPERSET_PROFILE, and says so', async () => {
    const run = await home.run(['auth', 'switch', 'client'], {env: {SUPERSET_PROFILE: 'work'}})
    assertSucceeded(run)
    assert.match(run.stderr, /SUPERSET_PROFILE is set to work and still wins/)
    const whoami = async (env = {}) => {
      const {stdout} = await home.run(['auth', 'status', '--json'], {env})
      return (JSON.parse(stdout) as {apiUrl: string}).apiUrl
    }
    assert.deepEqual([await whoami(), await whoami({SUPERSET_PROFILE: 'work'})], [client.url, work.url])
  })

  it('signs out of all, and the settings stay until the profile is forgotten', async () => {
    const run = await home.run(['auth', 'logout', '--all', '--json'])
    assertSucceeded(run)
    const results = JSON.parse(run.stdout) as {profile: string; signedOut: boolean}[]
    assert.deepEqual(
      results.filter(({signedOut}) => signedOut).map(({profile}) => profile),
      ['client', 'work'],
    )
    assert.deepEqual(
      (await list()).filter(({signedIn}) => signedIn),
      [],
    )
    assertSucceeded(await home.run(['auth', 'forget', 'work', '--yes']))
    assertSucceeded(await home.run(['auth', 'forget', 'client', '--yes']))
    assert.deepEqual(
      (await list()).map(({profile, source}) => [profile, source]),
      [['default', 'default']],
    )
    assert.doesNotMatch(await readFile(file(), 'utf8'), /organizationId/)
  })
})

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
