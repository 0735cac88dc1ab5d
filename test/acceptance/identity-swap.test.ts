import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home, type Run} from '../support/cli.ts'
import {organisationPlugin} from '../support/organisation-plugin.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded, sandboxEnvironment, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

const NAME = '@acme/superset-identity'

describe('an organisation with an identity plugin of its own', function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  let registry: Registry
  let home: Home
  let env: Record<string, string>
  before(async () => {
    sandbox = await startSandbox()
    registry = await Registry.start()
    registry.publish(await organisationPlugin())
    home = await Home.create()
    const data = {XDG_DATA_HOME: path.join(home.path, 'data'), npm_config_update_notifier: 'false'}
    const organization = {SUPERSET_ORGANIZATION_ID: sandbox.organizations.acme.id}
    env = {...sandboxEnvironment(sandbox), ...data, ...organization, SUPERSET_NPM_REGISTRY: registry.url}
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
    await sandbox.close()
  })

  const run = (line: string): Promise<Run> => home.run(line.split(' '), {env})

  async function output(line: string): Promise<string> {
    const ran = await run(line)
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
    assert.match(await output('auth login --help'), /the token of Acme/)
    assert.equal((await run('tasks list')).code, 4)
    const tokenFile = path.join(home.path, 'token')
    await writeFile(tokenFile, sandbox.apiKey)
    assert.equal(await output(`auth login --token-file ${tokenFile}`), 'Signed in at Acme.\n')
    assert.match(await output('tasks list'), /^SLUG /)
    assert.match(await output('auth status'), /^Signed in as acme [^]* \(chosen by config\)\n/)
    assert.equal((await run('auth token')).code, 2, 'a command of the plugin that was replaced')

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
