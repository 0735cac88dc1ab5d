import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home, type Run} from '../support/cli.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'

interface ErrorObject {
  readonly code: string
  readonly exit: number
  readonly message: string
  readonly retryable: boolean
}

function errorOf(run: Run, exit: number): ErrorObject {
  assert.equal(run.code, exit, run.stdout + run.stderr)
  return (JSON.parse(run.stdout) as {error: ErrorObject}).error
}

/** What the service refuses with a 500, by the library that it runs. */
describe('what the service refuses', () => {
  let sandbox: Sandbox
  let home: Home
  let env: Record<string, string>
  beforeEach(async () => {
    sandbox = await startSandbox()
    home = await Home.createResident()
    env = {...sandboxEnvironment(sandbox), SUPERSET_API_KEY: sandbox.apiKey}
  })
  afterEach(async () => {
    await home[Symbol.asyncDispose]()
    await sandbox.close()
  })

  for (const [how, told] of [
    ['disabled', 'is disabled.'],
    ['expired', 'has expired.'],
    ['used up', 'has reached its usage limit.'],
  ] as const) {
    it(`row 90b: an API key that is ${how}: exit 4 with that reason, not to be retried, by queries and changes`, async () => {
      for (const args of [
        ['tasks', 'create', '--title', 'Write it down', '--json'],
        ['auth', 'whoami', '--json'],
      ]) {
        sandbox.spoilApiKeys(how)
        const {message, retryable} = errorOf(await home.run(args, {env}), 4)
        assert.equal(retryable, false)
        // The service deletes some of them when it finds out.
        assert.ok(
          [told, 'is not valid'].some((end) => message.startsWith(`The API key (from SUPERSET_API_KEY) ${end}`)),
          message,
        )
        if (args[0] === 'tasks') assert.ok(message.endsWith(told), message)
      }
    })
  }

  it('row 91b: a slug in a variable or in the settings is resolved, and what is none is called that', async () => {
    const {slug} = sandbox.organizations.acme
    const named = {...env, SUPERSET_ORGANIZATION_ID: slug}
    assertSucceeded(await home.run(['tasks', 'list', '--json'], {env: named}))
    assertSucceeded(await home.run(['auth', 'whoami', '--json'], {env: named}))
    const wrong = {...env, SUPERSET_ORGANIZATION_ID: 'acmee'}
    for (const args of [
      ['tasks', 'list', '--json'],
      ['tasks', 'create', '--title', 'x', '--json'],
      ['auth', 'whoami', '--json'],
    ]) {
      const {code, message, retryable} = errorOf(await home.run(args, {env: wrong}), 1)
      assert.deepEqual([code, retryable], ['ORGANIZATION_UNKNOWN', false])
      assert.equal(message, 'You are not a member of organization acmee (from SUPERSET_ORGANIZATION_ID).')
    }

    await mkdir(home.superset, {recursive: true})
    const file = path.join(home.superset, 'config.json')
    await writeFile(file, JSON.stringify({organizationId: slug}), {mode: 0o600})
    assertSucceeded(await home.run(['tasks', 'list', '--json'], {env}))
    await writeFile(file, JSON.stringify({organizationId: 'acmee'}), {mode: 0o600})
    const {message} = errorOf(await home.run(['tasks', 'list', '--json'], {env}), 1)
    assert.match(message, / acmee \(from your configuration\)\.$/)
  })

  it('a key of the previous client is signed in to nothing that nobody named; status and doctor say what a run says', async () => {
    await mkdir(home.superset, {recursive: true})
    await writeFile(path.join(home.superset, 'config.json'), JSON.stringify({apiKey: sandbox.apiKey}), {mode: 0o600})
    const stored = sandboxEnvironment(sandbox)
    const refused = errorOf(await home.run(['tasks', 'list', '--json'], {env: stored}), 78)
    assert.equal(refused.code, 'ORIGIN_UNNAMED')
    assert.match(refused.message, /^The API key in .*config\.json does not say which API it is for/)
    const status = await home.run(['auth', 'status', '--json'], {env: stored})
    const {problem, signedIn} = JSON.parse(status.stdout) as {problem: ErrorObject; signedIn: boolean}
    assert.deepEqual([status.code, signedIn, problem.message], [4, false, refused.message])
    const doctor = await home.run(['doctor', '--json'], {env: stored})
    assert.ok(doctor.stdout.includes(JSON.stringify(refused.message)), doctor.stdout)
  })
})
