import assert from 'node:assert/strict'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {readFile, stat} from 'node:fs/promises'
import path from 'node:path'
import {Home} from '../support/cli.ts'
import {few} from '../support/matrix.ts'
import {needsMountNamespace, PolicedMachine} from '../support/policed-machine.ts'
import {sandboxEnvironment} from '../support/signed-in.ts'
import {BROKEN_HOMES} from './broken-homes.ts'
import {BROKEN_WAYS} from './broken-ways.ts'

interface Doctor {
  readonly ok: boolean
  readonly checks: ReadonlyArray<{
    readonly name: string
    readonly outcome: string
    readonly message: string
    readonly suggestions?: readonly string[]
  }>
}

describe('`superset doctor`', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  afterEach(() => sandbox.faults.api.clear())
  after(() => sandbox?.close())

  for (const {cause, make, name, policy} of few([...BROKEN_HOMES, ...BROKEN_WAYS], ({kind}) => kind === true)) {
    it(`names the cause first, and what mends it: ${name}`, async function () {
      if (policy !== undefined) needsMountNamespace(this)
      await using stack = new AsyncDisposableStack()
      const home = stack.use(await Home.createResident())
      const machine = policy === undefined ? undefined : stack.use(await PolicedMachine.create({}))
      if (policy !== undefined) await machine?.setPolicy(policy)
      const env = (await make?.({home, sandbox, stack})) ?? {
        ...sandboxEnvironment(sandbox),
        SUPERSET_API_KEY: sandbox.apiKey,
      }
      const run = await home.run(['doctor', '--json'], {env, ...(machine && {prefix: machine.prefix})})
      const {checks, ok} = JSON.parse(run.stdout) as Doctor
      const [first] = checks
      assert.deepEqual([run.code, ok, first?.outcome, first?.name], [1, false, 'fail', cause[0]], run.stdout)
      assert.match(first?.message ?? '', cause[1])
      assert.ok((first?.suggestions ?? []).length > 0, `nothing mends it: ${JSON.stringify(first)}`)
    })
  }

  it('finds nothing wrong where nothing is, and warns of what is no failure', async () => {
    await using home = await Home.createResident()
    const env = {...sandboxEnvironment(sandbox), SUPERSET_API_KEY: sandbox.apiKey}
    const {code, stdout} = await home.run(['doctor'], {env})
    assert.equal(code, 0, stdout)
    assert.match(stdout, /pass {2}access +127\.0\.0\.1:\d+ takes the session of \S+@\S+/)
    assert.match(stdout, /\n\n(?:Nothing is wrong\.|Nothing fails; 1 warning\.)\n$/)
  })

  it('writes a report for a ticket without a secret, a name or a home, and never over anything', async () => {
    await using home = await Home.createResident()
    const env = {...sandboxEnvironment(sandbox), SUPERSET_API_KEY: sandbox.apiKey}
    const file = path.join(home.path, 'report.txt')
    const first = await home.run(['doctor', '--report', file], {env})
    assert.equal(first.code, 0, first.stdout + first.stderr)
    const text = await readFile(file, 'utf8')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.match(
      text,
      /^superset doctor, .*\nsuperset\/.*\nVariables that are set: .*SUPERSET_API_KEY.*\n\n(?:\w+ +[\w: ]+: .*\n| {6}.*\n)+$/,
    )
    assert.ok(!text.includes(sandbox.apiKey) && !text.includes(home.path), text)
    assert.doesNotMatch(text, /\w@/)
    assert.match(text, /\[name\]@/)
    const again = await home.run(['doctor', '--report', file], {env})
    assert.equal(again.code, 2)
    assert.match(again.stderr, /is there already/)
    assert.equal(await readFile(file, 'utf8'), text)
  })
})
