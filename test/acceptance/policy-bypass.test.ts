import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {existsSync, globSync, readFileSync, symlinkSync} from 'node:fs'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {CLI, Home, type Run} from '../support/cli.ts'
import {CountingServer} from '../support/counting-server.ts'
import {needsMountNamespace, PolicedMachine} from '../support/policed-machine.ts'
import {type PackageFiles, Registry} from '../support/registry.ts'
import {assertSucceeded, sandboxEnvironment, signIn, STORAGE_KEY} from '../support/signed-in.ts'
import {few} from '../support/matrix.ts'
import {type Attempt, attempts, HARMLESS_FLAGS, UNDECIDED} from './policy-attempts.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** One for each key of the policy, and for what is refused without one. */
const STANDS = new Set(
  new Map(
    attempts()
      .toReversed()
      .map(({by, key}) => [key, by]),
  ).values(),
)
const isFirstOfItsKey = ({by}: Attempt): boolean => STANDS.has(by)

describe('getting round the policy', () => {
  let folder: string
  let sandbox: Sandbox
  let evil: CountingServer
  let registry: Registry
  let machine: PolicedMachine
  let signedIn: Home
  let spy: string
  before(async function () {
    needsMountNamespace(this)
    folder = await mkdtemp(path.join(os.tmpdir(), 'bypass-'))
    sandbox = await startSandbox()
    evil = await CountingServer.start()
    registry = await Registry.start()
    registry.publish(good())
    spy = path.join(folder, 'spy')
    await write(spy, spyFiles('@evil/spy'))
    signedIn = await Home.createResident()
    await signIn(signedIn, sandbox, 'key')
    machine = await PolicedMachine.create(policy())
  })
  after(async () => {
    await machine?.[Symbol.asyncDispose]()
    await signedIn?.[Symbol.asyncDispose]()
    await registry?.[Symbol.asyncDispose]()
    await evil?.[Symbol.asyncDispose]()
    await sandbox?.close()
    if (folder) await rm(folder, {recursive: true, force: true})
  })

  function policy() {
    return {
      identity: {plugin: '@superset/plugin-auth', version: '>=0.1.0'},
      login: {issuer: sandbox.url, clientId: 'superset-cli', apiUrl: sandbox.url, methods: ['browser']},
      storage: {allowed: ['key']},
      plugins: {allowed: [{name: '@acme/good', version: '^1.0.0'}], registries: [registry.url]},
    }
  }

  const mark = () => path.join(folder, 'mark')

  /** A plugin, every part of which leaves a mark: commands without a manifest are imported at once. */
  function spyFiles(name: string): PackageFiles {
    const leave = `require('node:fs').writeFileSync(${JSON.stringify(mark())}, ''); `
    const oclif = {commands: './commands', hooks: {init: './hook.js', 'superset:identity': './hook.js'}}
    return {
      'package.json': JSON.stringify({name, version: '1.0.0', oclif}),
      'commands/spy.js': `${leave}`,
      'hook.js': `${leave}exports.default = () => {}`,
    }
  }

  function good(): PackageFiles {
    const script = `node -e "require('node:fs').writeFileSync('${mark()}', '')"`
    return {
      'package.json': JSON.stringify({
        ...{name: '@acme/good', version: '1.0.0', scripts: {postinstall: script}},
        oclif: {hooks: {init: './hook.js'}},
      }),
      'oclif.manifest.json': JSON.stringify({version: '1.0.0', commands: {}}),
      'hook.js': "exports.default = () => process.stderr.write('good was loaded\\n')",
    }
  }

  /** What a user signed in with the policy in force has, with a few things changed. */
  async function tried(attempt: Attempt): Promise<Run> {
    await using home = await Home.createResident()
    await cp(signedIn.path, home.path, {recursive: true})
    const {BROWSER = ''} = sandboxEnvironment(sandbox)
    const base = {
      BROWSER,
      SUPERSET_STORAGE_KEY: STORAGE_KEY,
      XDG_DATA_HOME: '<home>/data',
      XDG_CACHE_HOME: '<home>/cache',
    }
    const filled = <T>(value: T): T => {
      const text = JSON.stringify(value)
        .replaceAll('<evil>', evil.url)
        .replaceAll('<registry>', registry.url)
        .replaceAll('<spy>', spy)
      return JSON.parse(text.replaceAll('<home>', home.path)) as T
    }

    for (const [name, content] of Object.entries(filled(attempt.files ?? {}))) {
      const {copyOf, name: called = ''} = content as {copyOf?: string; name?: string}
      if (copyOf !== undefined) await write(path.join(home.path, name), spyFiles(called))
      else await write(home.path, {[name]: typeof content === 'string' ? content : JSON.stringify(content)})
    }

    const cwd = attempt.cwd === undefined ? undefined : path.join(home.path, attempt.cwd)
    const env = filled({...base, ...attempt.env})
    return await home.run(filled(attempt.run), {env, prefix: machine.prefix, ...(cwd !== undefined && {cwd})})
  }

  it('a user who keeps to it is served', async () => {
    const run = await tried({by: 'nothing', run: ['tasks', 'list']})
    assertSucceeded(run)
    assert.equal(run.stderr, '')
  })

  for (const attempt of few(attempts(), isFirstOfItsKey)) {
    it(`fails by ${attempt.by}${attempt.key ? ` (row 87: ${attempt.key})` : ''}`, async () => {
      const asked = registry.asked.length
      const run = await tried(attempt)
      const shown = `${run.code} ${run.stdout}${run.stderr}`
      assert.equal(run.code, attempt.key === undefined ? attempt.exit : 77, shown)
      if (attempt.key !== undefined) {
        assert.ok(run.stderr.includes(`(policy /etc/superset/policy.json: ${attempt.key}`), shown)
      }

      if (attempt.says) assert.match(run.stderr, attempt.says)
      assert.deepEqual([evil.requests, evil.connections, existsSync(mark())], [[], 0, false], shown)
      if (attempt.run[0] === 'plugins') assert.deepEqual(registry.asked.slice(asked), [])
    })
  }

  it('fails by a link to the program, with a policy beside it', async () => {
    const place = path.join(folder, 'launcher/bin')
    await write(path.dirname(place), {
      'etc/superset/policy.json': '{}',
      'policy.json': '{}',
      'policy.schema.json': '{}',
    })
    await mkdir(place)
    symlinkSync(CLI, path.join(place, 'superset'))
    const [program = '', ...rest] = machine.prefix
    const args = [...rest, process.execPath, path.join(place, 'superset'), 'tasks', 'list']
    const {status, stderr} = spawnSync(program, args, {
      ...{cwd: place, encoding: 'utf8'},
      env: {...process.env, HOME: signedIn.path, SUPERSET_API_URL: evil.url, SUPERSET_STORAGE_KEY: STORAGE_KEY},
    })
    assert.equal(status, 77, stderr)
  })

  it('fails by settings of npm, wherever they are: no script runs, no other registry is asked', async () => {
    const npmrc = `ignore-scripts=false\nregistry=${evil.url}/\n@acme:registry=${evil.url}/\nmin-release-age=0\n`
    const run = await tried({
      by: 'npm',
      run: ['plugins', 'install', '@acme/good'],
      files: {'.npmrc': npmrc, 'data/superset/.npmrc': npmrc},
      env: {
        NPM_CONFIG_IGNORE_SCRIPTS: 'false',
        'npm_config_ignore-scripts': 'false',
        npm_config_registry: `${evil.url}/`,
        'npm_config_@acme:registry': `${evil.url}/`,
        npm_config_update_notifier: 'false',
      },
    })
    assert.equal(run.code, 0, run.stdout + run.stderr)
    assert.match(run.stdout, /^Installed @acme\/good 1\.0\.0\.$/m)
    assert.deepEqual([evil.requests, existsSync(mark())], [[], false])
  })

  it('is tried with every variable that the sources name', () => {
    const sources = globSync(['src/**/*.ts', 'packages/plugin-auth/src/**/*.ts'], {cwd: ROOT})
    const named = sources.flatMap(
      (file) => readFileSync(path.join(ROOT, file), 'utf8').match(/\bSUPERSET_[A-Z_]+\b/g) ?? [],
    )
    const tested = new Set(attempts().flatMap(({env = {}}) => Object.keys(env)))
    const missing = [...new Set(named)].filter((name) => !tested.has(name) && !(name in UNDECIDED))
    assert.deepEqual(missing, [])
  })

  it('is tried with every flag of signing in', () => {
    const manifest = readFileSync(path.join(ROOT, 'packages/plugin-auth/oclif.manifest.json'), 'utf8')
    const {commands} = JSON.parse(manifest) as {commands: Record<string, {flags: Record<string, object>}>}
    const tested = attempts()
      .flatMap(({run}) => run)
      .join(' ')
    const missing = ['auth:login', 'auth:migrate']
      .flatMap((id) => Object.keys(commands[id]?.flags ?? {}))
      .filter((flag) => !tested.includes(`--${flag}`) && !HARMLESS_FLAGS.includes(flag))
    assert.deepEqual(missing, [])
  })
})

async function write(root: string, files: PackageFiles): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name)
    await mkdir(path.dirname(file), {recursive: true})
    await writeFile(file, text, {mode: 0o600})
  }
}
