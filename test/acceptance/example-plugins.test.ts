import assert from 'node:assert/strict'
import path from 'node:path'
import {startSandbox, type Sandbox, UNAUTHORIZED} from '@superset/sandbox'
import {Home, type Run} from '../support/cli.ts'
import {ExampleCopy} from '../support/examples.ts'
import {itInFull} from '../support/matrix.ts'
import {Registry} from '../support/registry.ts'
import {manifestOf} from '../support/repository-packages.ts'
import {assertSucceeded, sandboxEnvironment, setExpiry, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

const EXAMPLES = ['plugin-hello', 'plugin-report'] as const

/** Both get the session in the same line; the second on the oclif before ours. */
const COMMANDS = [
  {args: ['hello', 'me'], procedure: 'user.me', said: /^Hello, .+ of .+!\n$/},
  {args: ['report', 'tasks'], procedure: 'task.list', said: /^\w+: \d+\n/},
] as const

describe('the command plugins that authors copy', () => {
  let sandbox: Sandbox
  let registry: Registry
  let home: Home
  let copies: readonly ExampleCopy[]
  let env: Record<string, string>
  before(async () => {
    sandbox = await startSandbox()
    registry = await Registry.start()
    home = await Home.create()
    copies = await Promise.all(EXAMPLES.map((name) => ExampleCopy.make(name)))
    const data = {XDG_DATA_HOME: path.join(home.path, 'data')}
    env = {...sandboxEnvironment(sandbox), ...data, SUPERSET_NPM_REGISTRY: registry.url}
  })
  after(async () => {
    for (const copy of copies) await copy[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
    await sandbox.close()
  })

  const run = (args: readonly string[], more: Record<string, string> = {}): Promise<Run> =>
    home.run(args, {env: {...env, ...more}})

  async function output(args: readonly string[], more?: Record<string, string>): Promise<string> {
    const ran = await run(args, more)
    assertSucceeded(ran)
    return ran.stdout
  }

  const refreshes = () => sandbox.counters.token['refresh_token'] ?? 0
  const lastCall = (procedure: string) => sandbox.journal.api.findLast(({procedures}) => procedures.includes(procedure))

  itInFull('pass their own tests with nothing installed but what they name', async () => {
    for (const copy of copies) assert.match(await copy.npm('test'), /^ +[1-9]\d* passing/m)
  })

  it('build, pack and install by name, each with the oclif that it names', async () => {
    for (const copy of copies) await copy.publish(registry)
    await output(['plugins', 'install', ...copies.map(({manifest}) => manifest.name)])
    const installed = JSON.parse(await output(['plugins', '--json'])) as ReadonlyArray<{name: string; root: string}>
    const cores = copies.map(({manifest}) => {
      const folder = installed.find(({name}) => name === manifest.name)?.root ?? ''
      return [manifest.dependencies?.['@oclif/core'], coreOf(folder)]
    })
    for (const [named, found] of cores) assert.equal(found, named)
    assert.notEqual(cores[0]?.[0], cores[1]?.[0])
  })

  it('signed out: `none` and `optional` run, `required` is refused before it runs, and nothing is sent', async () => {
    const before = sandbox.counters.requests
    assert.equal(await output(['hello', 'world']), 'Hello, world!\n')
    assert.equal(await output(['hello', 'anybody']), 'Hello, stranger!\n')
    for (const {args} of COMMANDS) {
      const refused = await run([...args, '--json'])
      assert.deepEqual([refused.code, errorOf(refused).code], [4, 'AUTH_REQUIRED'])
    }

    assert.equal(sandbox.counters.requests, before)
  })

  it('signed in: they greet and count, in words and in JSON; scripts under an agent get JSON', async () => {
    await signIn(home, sandbox, 'file', env)
    for (const {args, said} of COMMANDS) {
      assert.match(await output(args), said)
      assert.equal(typeof JSON.parse(await output([...args, '--json'])), 'object')
    }

    const {account} = JSON.parse(await output(['hello', 'anybody'], {CLAUDECODE: '1'})) as {account: string}
    assert.equal(account, sandbox.users.admin.email)
  })

  for (const {args, procedure} of COMMANDS) {
    // The second shows that an older oclif gets the same session; what is made of it is the first one's.
    const also = procedure === COMMANDS[0].procedure ? it : itInFull
    it(`${args.join(' ')}: an expired session is refreshed before it is used`, async () => {
      const before = refreshes()
      await setExpiry(home, Date.now() - 1000)
      await output(args)
      assert.equal(refreshes(), before + 1)
    })

    also(`${args.join(' ')}: after a 401 the session is refreshed and the request sent once more`, async () => {
      const before = refreshes()
      const calls = sandbox.counters.api[procedure] ?? 0
      const fault = sandbox.faults.api.add({procedure, answer: UNAUTHORIZED})
      await output(args)
      assert.deepEqual([fault.applied, refreshes()], [1, before + 1])
      assert.equal(sandbox.counters.api[procedure], calls + 2)
    })

    also(`${args.join(' ')}: a service that has a fault is its own exit code, with JSON too`, async () => {
      sandbox.faults.api.add({procedure, answer: {status: 503}})
      const ran = await run([...args, '--json'])
      assert.deepEqual([ran.code, errorOf(ran).code], [75, 'SERVICE_UNAVAILABLE'])
    })

    itInFull(
      `${args.join(' ')}: acts on the organization of the flag, else the variable, else the switch`,
      async () => {
        const {acme, team} = sandbox.organizations
        const variable = {SUPERSET_ORGANIZATION_ID: team.id}
        await output(['organization', 'switch', acme.slug])
        await output(args)
        assert.equal(lastCall(procedure)?.organization, acme.id)
        await output(args, variable)
        assert.equal(lastCall(procedure)?.organization, team.id)
        await output([...args, '--organization', acme.id], variable)
        assert.equal(lastCall(procedure)?.organization, acme.id)
      },
    )

    also(`${args.join(' ')}: the session stays with its API, whatever a variable names`, async () => {
      await using other = await startSandbox()
      const ran = await run([...args, '--json'], {SUPERSET_API_URL: other.url})
      assert.deepEqual([ran.code, other.counters.requests], [78, 0])
    })
  }
})

/** The version of the oclif that a plugin in this folder gets. */
function coreOf(folder: string): string {
  for (let above = folder; above !== path.dirname(above); above = path.dirname(above)) {
    try {
      return manifestOf(path.join(above, 'node_modules/@oclif/core')).version
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  return 'none'
}
