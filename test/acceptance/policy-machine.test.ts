import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {chmod, chown, mkdtemp, readFile, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {asUser, needsUser} from '../support/another-user.ts'
import {Home, type Run} from '../support/cli.ts'
import {ANSWERS, identityPlugin, layPlugins, writePackage} from '../support/identity-plugin.ts'
import {needsMountNamespace, PolicedMachine} from '../support/policed-machine.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded, signIn, STORAGE_KEY} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'
import {itInFull} from '../support/matrix.ts'

const NOBODY = 65_534
const FILE = '/etc/superset/policy.json'
const JSON_ERROR = {CLAUDECODE: '1'}

describe('a machine with a policy', () => {
  let sandbox: Sandbox
  let machine: PolicedMachine
  let home: Home
  before(async function () {
    needsMountNamespace(this)
    sandbox = await startSandbox()
    machine = await PolicedMachine.create({})
    home = await Home.createResident()
  })
  after(async () => {
    await home?.[Symbol.asyncDispose]()
    await machine?.[Symbol.asyncDispose]()
    await sandbox?.close()
  })
  afterEach(() => machine.setPolicy({}))

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
    return home.run(args, {env, prefix: machine.prefix})
  }

  for (const [what, text, code, why] of [
    ['not JSON', '{', 'POLICY_INVALID', 'is not JSON'],
    ['an unknown key', '{"login": {"isuer": "x"}}', 'POLICY_INVALID', 'has the key login.isuer'],
  ] as const) {
    it(`that is wrong (${what}) stops everything but help, version and doctor, which say so`, async () => {
      await machine.setPolicy(text)
      for (const command of ['tasks list', 'auth status', 'auth login', 'plugins install x', 'autocomplete']) {
        const stopped = await run(command.split(' '), JSON_ERROR)
        const error = errorOf(stopped)
        assert.deepEqual([stopped.code, error.code], [78, code], command)
        assert.ok(error.message.includes(FILE) && error.message.includes(why), error.message)
      }

      for (const command of ['--help', 'help', 'tasks list --help', 'version']) {
        const {code: exit, stderr, stdout} = await run(command.split(' '))
        assert.deepEqual([exit, stdout === ''], [0, false], command)
        assert.ok(stderr.includes(FILE), stderr)
      }

      const doctor = await run(['doctor', '--json'])
      assert.equal(doctor.code, 1)
      assert.match(doctor.stdout, /"outcome": "fail"[^}]*\/etc\/superset\/policy\.json/)
    })
  }

  itInFull('that somebody else than root could write stops it, too', async () => {
    const folder = path.join(machine.etc, 'superset')
    for (const [spoil, mend] of [
      [() => chmod(folder, 0o777), () => chmod(folder, 0o755)],
      [
        () => chown(path.join(folder, 'policy.json'), 65_534, 65_534),
        () => chown(path.join(folder, 'policy.json'), 0, 0),
      ],
    ] as const) {
      await spoil()
      const refused = await run(['auth', 'status'], JSON_ERROR)
      assert.deepEqual([refused.code, errorOf(refused).code], [78, 'POLICY_UNTRUSTED'])
      await mend()
      assert.equal((await run(['auth', 'status'])).code, 4)
    }
  })

  it('that another user cannot read stops that user; one that can be read binds', async function () {
    needsUser(this, NOBODY)
    const start = (env: Readonly<Record<string, string>>) =>
      home.start(['auth', 'status'], {
        env: {...env, HOME: '/', SUPERSET_HOME_DIR: '/nonexistent', XDG_DATA_HOME: '/nonexistent'},
        prefix: [...machine.prefix, ...asUser(NOBODY)],
      }).ended
    const file = path.join(machine.etc, 'superset', 'policy.json')
    await machine.setPolicy({login: {apiUrl: sandbox.url}})
    const bound = await start({SUPERSET_API_URL: 'https://evil.example', ...JSON_ERROR})
    assert.deepEqual([bound.code, errorOf(bound).code], [77, 'POLICY_REFUSED'])
    await chmod(file, 0o600)
    const blind = await start(JSON_ERROR)
    assert.deepEqual([blind.code, errorOf(blind).code], [78, 'POLICY_UNREADABLE'])
    await chmod(file, 0o644)
  })

  it('tells in `auth status` and `doctor` what it decides, and why a session is not used', async () => {
    const env = await signIn(home, sandbox, 'key')
    const elsewhere = 'https://login.acme.example'
    await machine.setPolicy({login: {issuer: elsewhere, apiUrl: sandbox.url}})
    const before = sandbox.counters.requests
    const status = await run(['auth', 'status'], env)
    assert.equal(status.code, 4)
    assert.ok(status.stdout.includes(`requires the issuer ${elsewhere} (policy ${FILE}: login.issuer)`), status.stdout)
    const list = await run(['tasks', 'list'], {...env, ...JSON_ERROR})
    assert.deepEqual([list.code, errorOf(list).code], [77, 'POLICY_REFUSED'])
    assert.equal(sandbox.counters.requests, before, 'nothing is sent')
    assert.match((await run(['doctor'], env)).stdout, /^pass {2}policy .*login\.issuer\)\.$/m)
  })

  itInFull('in which another storage has become forbidden lets a session move, and then serves it', async () => {
    const env = await signIn(home, sandbox, 'file', {SUPERSET_STORAGE_KEY: STORAGE_KEY})
    await machine.setPolicy({storage: {allowed: ['key']}})
    const list = await run(['tasks', 'list'], {...env, ...JSON_ERROR})
    assert.deepEqual(
      [list.code, errorOf(list).suggestions[0]],
      [77, 'Run `superset auth migrate --to key`, or `superset auth logout`.'],
    )
    assertSucceeded(await run(['auth', 'migrate', '--to', 'key', '--yes'], env))
    assertSucceeded(await run(['tasks', 'list'], env))
  })

  it('allows a plugin of its list, from its registry; not what somebody then makes of it', async () => {
    await using registry = await Registry.start()
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mark-'))
    const mark = path.join(folder, 'mark')
    registry.publish({
      'package.json': JSON.stringify({
        ...{name: '@acme/good', version: '1.0.0', oclif: {hooks: {init: './hook.js'}}},
        scripts: {postinstall: `node -e "require('node:fs').writeFileSync('${mark}', '')"`},
      }),
      'oclif.manifest.json': JSON.stringify({version: '1.0.0', commands: {}}),
      'hook.js': "exports.default = () => void process.stderr.write('good runs\\n')",
    })
    const env = {SUPERSET_NPM_REGISTRY: registry.url, npm_config_update_notifier: 'false'}
    const allowed = (version: string) => ({allowed: [{name: '@acme/*', version}], registries: [registry.url]})
    await machine.setPolicy({plugins: allowed('1.x')})
    assertSucceeded(await run(['plugins', 'install', '@acme/good'], env))
    assert.equal((await run(['version'])).stderr, 'good runs\n')
    assert.equal(existsSync(mark), false, 'no script was run')
    await machine.setPolicy({plugins: allowed('2.x')})
    const {code, stderr} = await run(['version'])
    assert.equal(code, 0)
    assert.match(stderr, /^Plugin @acme\/good is not loaded: your organisation requires @acme\/good 2\.x \(policy /)
    assert.match((await run(['doctor'])).stdout, /^FAIL {2}plugins +Plugin @acme\/good is not loaded/m)
    await machine.setPolicy({plugins: {registries: ['https://npm.acme.example/']}})
    assert.match((await run(['version'])).stderr, /plugins\.registries/)
    await machine.setPolicy({plugins: {installScripts: true}})
    assertSucceeded(await run(['plugins', 'uninstall', '@acme/good'], env))
    assertSucceeded(await run(['plugins', 'install', '@acme/good'], env))
    assert.equal(existsSync(mark), true, 'a policy may allow scripts')
    assertSucceeded(await run(['plugins', 'uninstall', '@acme/good'], env))
    await rm(folder, {recursive: true})
  })

  it("has its identity plugin from the site's folder, whatever a user puts in its place", async () => {
    const [name, site] = ['@acme/sso', path.join(machine.etc, 'superset/site')]
    const hook = ANSWERS.replace('ada@acme.test', 'site@acme.test')
    await writePackage(path.join(site, 'node_modules', name), identityPlugin(name, {hook, version: '2.1.0'}))
    const impostor = identityPlugin(name, {hook: ANSWERS, version: '2.1.0'})
    await using user = await Home.createResident()
    const asked = path.join(user.path, 'asked')
    const pinned = {plugin: name, version: '^2.0.0', site: '/etc/superset/site'}
    const status = async () => {
      const env = {XDG_DATA_HOME: path.join(user.path, '.local/share'), SUPERSET_IDENTITY: '@superset/plugin-auth'}
      return user.run(['auth', 'status', '--json'], {env: {...env, ASKED: asked}, prefix: machine.prefix})
    }

    for (const laid of [
      [],
      [{files: impostor}],
      [{files: impostor, type: 'link'}],
      [{files: impostor, as: 'other'}],
    ] as const) {
      await layPlugins(user.path, laid)
      await machine.setPolicy({identity: pinned})
      const {code, stderr, stdout} = await status()
      assert.equal(code, 0, stderr)
      assert.equal((JSON.parse(stdout) as {account: string}).account, 'site@acme.test')
      assert.match(stderr, laid.length === 0 ? /^$/ : /^Plugin \S+ is not loaded: /)
    }

    for (const [change, code] of [
      [{version: '^3.0.0'}, 77],
      [{plugin: '@acme/other'}, 78],
      [{site: user.path}, 78],
    ] as const) {
      await machine.setPolicy({identity: {...pinned, ...change}})
      assert.equal((await status()).code, code, JSON.stringify(change))
    }

    const imported = (await readFile(asked, 'utf8')).trim().split('\n')
    assert.deepEqual(
      imported.filter((file) => !file.includes('/etc/superset/site/')),
      [],
    )
  })
})
