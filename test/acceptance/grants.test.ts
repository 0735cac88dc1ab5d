import assert from 'node:assert/strict'
import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {
  approveOidc,
  type OidcProvider,
  startOidcProvider,
  startWorkloadIssuer,
  type WorkloadIssuer,
} from '@superset/foreign-issuer'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {Home, type Started} from '../support/cli.ts'
import {readPlaces} from '../support/file-places.ts'
import {LeakSearch} from '../support/leak-search.ts'
import {assertSucceeded, STORAGE_KEY} from '../support/signed-in.ts'
import {itInFull} from '../support/matrix.ts'

describe('signing in where no browser is', () => {
  let jobs: WorkloadIssuer
  let provider: OidcProvider
  let sandbox: Sandbox
  let env: Readonly<Record<string, string>>

  before(async () => {
    jobs = await startWorkloadIssuer()
    sandbox = await startSandbox()
    const workloads = [{issuer: jobs.url, accounts: {[jobs.subject]: sandbox.users.admin.email}}]
    provider = await startOidcProvider({resource: sandbox.url, devicePollSeconds: 1, workloads})
    sandbox.trust(provider.url)
    env = {SUPERSET_API_URL: sandbox.url, SUPERSET_WEB_URL: sandbox.url, SUPERSET_ISSUER: provider.url}
  })
  after(async () => {
    await provider.close()
    await sandbox.close()
    await jobs.close()
  })

  it('shows a code, waits until it is entered elsewhere, and is signed in', async () => {
    await using home = await Home.createResident()
    const keyed = {...env, SUPERSET_STORAGE_KEY: STORAGE_KEY}
    const login = home.start(['auth', 'login', '--device', '--json'], {env: keyed})
    await said(login, /Waiting; the code is good for 10 minutes\./)
    const [, address = ''] = /^ {2}(http\S+)$/m.exec(login.stderr) ?? []
    const [, userCode = ''] = /^ {2}([A-Z]{4}-[A-Z]{4})$/m.exec(login.stderr) ?? []
    assert.equal(login.stdout, '', 'all for people is on stderr')
    await approveOidc(address, {userCode, email: sandbox.users.admin.email})
    const run = await login.ended
    assertSucceeded(run)
    assert.equal((JSON.parse(run.stdout) as {account: string}).account, sandbox.users.admin.email)
    assertSucceeded(await home.run(['tasks', 'list'], {env: keyed}))
  })

  itInFull('row 85: Ctrl-C while it waits leaves nothing behind', async () => {
    await using home = await Home.createResident()
    const login = home.start(['auth', 'login', '--device'], {env: {...env, SUPERSET_STORAGE_KEY: STORAGE_KEY}})
    await said(login, /Waiting/)
    login.child.kill('SIGINT')
    const {code, stderr} = await login.ended
    assert.equal(code, 130, stderr)
    assert.match(stderr, /Cancelled; previous session unchanged\./)
    assert.equal((await home.run(['auth', 'status'], {env})).code, 4)
  })

  it('works in a job on GitHub Actions without a sign-in, and leaves no secret behind', async () => {
    await using home = await Home.createResident()
    const job = {
      ...env,
      CI: 'true',
      SUPERSET_ORGANIZATION_ID: sandbox.organizations.acme.id,
      SUPERSET_WORKLOAD_IDENTITY: 'github',
      ACTIONS_ID_TOKEN_REQUEST_URL: jobs.requestUrl,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: jobs.requestToken,
    }
    const status = await home.run(['auth', 'status'], {env: {...job, CI: '', SUPERSET_TOKEN: ''}})
    assertSucceeded(status)
    assert.match(status.stdout, /bearer from workload/)
    assert.match(
      status.stdout,
      /workload identity github \(from SUPERSET_WORKLOAD_IDENTITY\) at http.*nothing is stored/,
    )
    assert.equal(jobs.asked.length, 0, 'status is offline')
    const who = await home.run(['auth', 'whoami', '--json'], {env: {...job, DEBUG: '*'}})
    assertSucceeded(who)
    assert.match(who.stdout, new RegExp(sandbox.users.admin.email))
    assertSucceeded(await home.run(['tasks', 'list', '--json'], {env: job}))
    const token = await home.run(['auth', 'token'], {env: job})
    assertSucceeded(token)
    const secrets = [
      {name: 'bearer of the job', value: jobs.requestToken},
      {name: 'access token', value: token.stdout.trim()},
    ]
    const places = await readPlaces(home.path, 'home')
    assert.ok(places.length > 0, 'the metadata is kept')
    const outputs = [{name: 'whoami', bytes: Buffer.from(who.stdout + who.stderr)}]
    assert.deepEqual(new LeakSearch(secrets).find([...places, ...outputs]), [])
    const login = await home.run(['auth', 'login', '--json'], {env: job})
    assert.equal(login.code, 78)
    assert.match(login.stdout, /AUTH_LOGIN_NOT_NEEDED/)
  })

  itInFull('works in a job on GitLab, and from a file; a key of its own goes before', async () => {
    await using home = await Home.createResident()
    const token = await jobs.issue({audience: provider.url})
    const organization = {SUPERSET_ORGANIZATION_ID: sandbox.organizations.acme.id}
    const gitlab = {...env, ...organization, CI: 'true', SUPERSET_WORKLOAD_IDENTITY: 'gitlab'}
    assertSucceeded(await home.run(['tasks', 'list'], {env: {...gitlab, SUPERSET_ID_TOKEN: token}}))
    const missing = await home.run(['tasks', 'list', '--json'], {env: gitlab})
    assert.equal(missing.code, 78)
    assert.match(missing.stdout, /SUPERSET_ID_TOKEN is not set/)
    const file = path.join(home.path, 'token')
    await writeFile(file, token)
    assertSucceeded(await home.run(['tasks', 'list'], {env: {...gitlab, SUPERSET_WORKLOAD_IDENTITY: `file:${file}`}}))
    const exchanged = provider.journal.token.length
    const keyed = {...gitlab, SUPERSET_ID_TOKEN: token, SUPERSET_API_KEY: sandbox.apiKey}
    assertSucceeded(await home.run(['tasks', 'list'], {env: keyed}))
    assert.equal(provider.journal.token.length, exchanged)
    const status = await home.run(['auth', 'status', '--json'], {env: keyed})
    const {hides, source} = JSON.parse(status.stdout) as {hides: string[]; source: string}
    assert.deepEqual([source, hides], ['env:SUPERSET_API_KEY', ['workload']])
  })

  async function said(login: Started, pattern: RegExp): Promise<void> {
    while (!pattern.test(login.stderr)) {
      const ended = await Promise.race([once(login.child.stderr!, 'data').then(() => undefined), login.ended])
      if (ended) assert.match(ended.stderr, pattern)
    }
  }
})
