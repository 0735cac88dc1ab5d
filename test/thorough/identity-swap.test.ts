import assert from 'node:assert/strict'
import path from 'node:path'
import {obtainTokens, startSandbox, type Sandbox} from '@superset/sandbox'
import {Gateway} from '../../examples/plugin-identity-acme/test/gateway.ts'
import {Home, type Run} from '../support/cli.ts'
import {ExampleCopy} from '../support/examples.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded, sandboxEnvironment, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

const NAME = '@acme/superset-identity'
const HOUR_MS = 3_600_000

describe('an organisation with an identity plugin of its own', () => {
  let sandbox: Sandbox
  let registry: Registry
  let gateway: Gateway
  let home: Home
  let env: Record<string, string>
  before(async () => {
    sandbox = await startSandbox()
    registry = await Registry.start()
    await using example = await ExampleCopy.make('plugin-identity-acme')
    await example.publish(registry)
    // What it gives is what the sandbox takes.
    const {access_token: token} = await obtainTokens(sandbox.url)
    const issue = () => ({token, expiresAt: new Date(Date.now() + HOUR_MS)})
    gateway = await Gateway.start({apiUrl: sandbox.url, issue})
    home = await Home.create()
    const data = {XDG_DATA_HOME: path.join(home.path, 'data')}
    const organization = {SUPERSET_ORGANIZATION_ID: sandbox.organizations.acme.id}
    env = {...sandboxEnvironment(sandbox), ...data, ...organization, SUPERSET_NPM_REGISTRY: registry.url}
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
    await sandbox.close()
  })

  const run = (line: string, input?: string): Promise<Run> =>
    home.run(line.split(' '), {env, ...(input !== undefined && {input})})

  async function output(line: string, input?: string): Promise<string> {
    const ran = await run(line, input)
    assertSucceeded(ran)
    return ran.stdout
  }

  it('installs it, chooses it, works with it, loses it, and is back where it began', async () => {
    await output(`plugins install ${NAME}`)
    // Installing alone changes nothing.
    assert.match(await output('auth login --help'), /with the browser/)
    assert.equal((await run('tasks list')).code, 4)

    assert.match(
      await output(`identity use ${NAME}`),
      /^Chosen for every profile.*@acme\/superset-identity 1\.0\.0\.\n$/,
    )
    assert.match(await output('auth login --help'), /a one-time code from Acme/)
    const refused = await run('tasks list --json')
    assert.deepEqual([refused.code, errorOf(refused).code], [4, 'AUTH_REQUIRED'])
    assert.match(errorOf(refused).suggestions.join(), /one-time code at https:.* `superset auth login`/)

    const login = `auth login --gateway ${gateway.url}`
    const mistyped = await run(`${login} --json`, 'wrong\n')
    assert.deepEqual([mistyped.code, errorOf(mistyped).code], [77, 'AUTH_CODE_REFUSED'])
    const code = gateway.codeFor('ada@acme.test')
    assert.equal(await output(login, `${code}\n`), 'Signed in at Acme as ada@acme.test.\n')
    assert.match(await output('tasks list'), /^SLUG /)
    assert.match(await output('auth status'), /^Signed in as ada@acme.test [^]* \(chosen by config\)\n/)
    assert.match(await output('auth whoami'), new RegExp(`at ${sandbox.url} by way of ${gateway.url}\n$`))
    assert.equal((await run('auth token')).code, 2, 'a command of the plugin that was replaced')

    assert.equal(await output('auth logout'), 'Signed out ada@acme.test.\n')
    assert.equal((await run('tasks list')).code, 4)
    assert.equal(gateway.devices.size, 0)

    await output(`plugins uninstall ${NAME}`)
    const lost = await run('tasks list --json')
    assert.equal(lost.code, 78)
    assert.deepEqual(
      [errorOf(lost).code, ...errorOf(lost).suggestions],
      [
        'IDENTITY_MISSING',
        `Run \`superset plugins install ${NAME}\`.`,
        'Run `superset identity reset` to take that choice back.',
        'Run `superset doctor` for details.',
      ],
    )
    assert.equal((await run('auth status')).code, 78)
    assert.equal((await run('auth login --no-browser')).code, 78, 'the default stepped in')

    assert.match(await output('identity reset'), /@superset\/plugin-auth answers/)
    assert.equal((await run('tasks list')).code, 4)
    await signIn(home, sandbox, 'file', env)
    assert.match(await output('tasks list'), /^SLUG /)
  })
})
