import assert from 'node:assert/strict'
import {existsSync, readFileSync, rmSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {Home, type Run, type Started} from '../support/cli.ts'
import {ANSWERS, BROKEN, HANGS, identityPlugin, type Laid, layPlugins, THROWS} from '../support/identity-plugin.ts'
import {few, itInFull} from '../support/matrix.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'
import {onCore4} from '../support/third-party.ts'

const BUNDLED = '@superset/plugin-auth'
const SSO = '@acme/sso'
const OWN = {hook: ANSWERS, brings: true, commands: ['auth:login', 'auth:logout']}

describe('identity plugins, as a user has them installed', () => {
  let home: Home
  let asked: string
  let env: Record<string, string>
  let hanging: Started
  let hangingHome: Home
  before(async () => {
    home = await Home.create()
    asked = path.join(home.path, 'asked')
    env = {SUPERSET_API_URL: 'http://127.0.0.1:9', ASKED: asked, ...places(home)}
    // Ten seconds, in which the others run.
    hangingHome = await Home.create()
    await layPlugins(hangingHome.path, [{files: identityPlugin(SSO, {hook: HANGS})}])
    hanging = hangingHome.start(['auth', 'status', '--json'], {
      env: {...env, ...places(hangingHome), SUPERSET_IDENTITY: SSO},
    })
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await hangingHome[Symbol.asyncDispose]()
  })
  afterEach(() => rmSync(asked, {force: true}))

  function superset(line: string, chosen?: string): Promise<Run> {
    return home.run(line.split(' '), {env: chosen === undefined ? env : {...env, SUPERSET_IDENTITY: chosen}})
  }

  async function lay(...plugins: Laid[]): Promise<string> {
    return layPlugins(home.path, plugins)
  }

  async function outputs(line: string, chosen?: string): Promise<string> {
    const run = await superset(line, chosen)
    assertSucceeded(run)
    return run.stdout
  }

  async function refuses(line: string, exit: number, code: string, chosen?: string): Promise<readonly string[]> {
    const run = await superset(`${line} --json`, chosen)
    assert.equal(run.code, exit, `${line}: ${run.stdout}${run.stderr}`)
    assert.equal(errorOf(run).code, code)
    return errorOf(run).suggestions
  }

  /** Whatever is wrong: `auth status` says who chose, and doctor what is the matter. */
  async function assertTold(chosen: string | undefined, code: string, doctor: RegExp): Promise<void> {
    const [status, examined] = await Promise.all([superset('auth status --json', chosen), superset('doctor', chosen)])
    assert.equal(status.code, 78, status.stdout + status.stderr)
    const {identity, problem, signedIn} = JSON.parse(status.stdout) as {
      identity: {plugin: string}
      problem: {code: string}
      signedIn: boolean
    }
    assert.deepEqual([identity.plugin, problem.code, signedIn], [chosen ?? BUNDLED, code, false])
    assert.equal(examined.code, 1)
    assert.match(examined.stdout, doctor)
  }

  /** And what does not depend on it works. */
  async function assertWaysOut(chosen: string = BUNDLED): Promise<void> {
    const [list] = await Promise.all(
      ['identity list --json', '--help', 'plugins', 'version', 'identity reset'].map((line) => outputs(line, chosen)),
    )
    const listed = JSON.parse(list ?? '') as {plugin: string; answers: boolean; chosenBy: string | null}[]
    const own = listed.find(({plugin}) => plugin === chosen)
    assert.deepEqual([own?.answers, own?.chosenBy], [false, 'env:SUPERSET_IDENTITY'])
  }

  const impostors = [
    ['from a registry', {}, BUNDLED],
    ['from a tarball', {url: 'file:plugin.tgz'}, BUNDLED],
    ['by a link', {type: 'link'}, BUNDLED],
    ['under another name', {as: 'harmless'}, 'harmless'],
  ] as const
  for (const [how, laid, uninstall] of few(impostors, ([one]) => one === 'under another name')) {
    it(`that bears the bundled one's name, ${how}, is not loaded, and each run says how it is removed`, async () => {
      await lay({files: identityPlugin(BUNDLED, {...OWN, version: '9.0.0'}), ...laid})
      const removal = `superset plugins uninstall ${uninstall}`
      for (const line of ['auth status', 'tasks list']) {
        const {code, stderr} = await superset(line)
        assert.equal(code, 4, 'the bundled one answers')
        assert.match(stderr, /^Plugin \S+ is not loaded: /)
      }

      for (const line of ['doctor', 'plugins']) {
        const {stderr, stdout} = await superset(line)
        assert.ok((stdout + stderr).includes(removal), line)
      }

      assert.equal(existsSync(asked), false, 'it was imported')
      if (how === 'by a link' || how === 'under another name') {
        await outputs(`plugins uninstall ${uninstall}`)
        assert.equal((await superset('auth status')).stderr, '')
      }
    })
  }

  it('that is not chosen is never asked, and its auth commands do not win', async () => {
    await lay({files: identityPlugin(SSO, OWN)})
    assert.match(await outputs('auth logout'), /^Nobody was signed in/)
    assert.match(await outputs('auth --help'), /auth token/)
    assert.doesNotMatch(await outputs('auth login --help'), /By @acme/)
    assert.equal((await superset('tasks list')).code, 4)
    assert.equal(existsSync(asked), false, 'it was imported')
  })

  it('that is chosen, with commands of its own: they are there, alone, in help and in completion too', async () => {
    const stranger = identityPlugin('@acme/a-stranger', OWN)
    await lay({files: stranger}, {files: identityPlugin(SSO, OWN)})
    assert.equal(await outputs('auth login --profile x', SSO), 'auth:login by @acme/sso\n')
    assert.equal(await outputs('auth:logout', SSO), 'auth:logout by @acme/sso\n')
    const help = await outputs('auth --help', SSO)
    assert.match(help, /auth login +By @acme\/sso\.\n/)
    assert.doesNotMatch(help, /auth (token|migrate|whoami)/)
    assert.match(await outputs('help auth login', SSO), /By @acme\/sso/)
    assert.match(await outputs('auth status', SSO), /ada@acme\.test[^]*@acme\/sso \(chosen by SUPERSET_IDENTITY\)/)
    assert.doesNotMatch(readFileSync(asked, 'utf8'), /stranger/)
    const completed = await outputs('autocomplete complete -- auth ', SSO)
    const words = completed
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0])
    assert.deepEqual(words, ['forget', 'list', 'login', 'logout', 'status', 'switch', 'use'])
  })

  itInFull('that is chosen for one profile: the others keep the bundled commands', async () => {
    await lay({files: identityPlugin(SSO, OWN)})
    const chosen = JSON.parse(await outputs(`identity use ${SSO} --profile work --json`)) as object
    assert.deepEqual(chosen, {
      ...{plugin: SSO, version: '1.0.0', profile: 'work', authCommands: 'own'},
      inForce: {plugin: SSO, source: 'profile'},
    })
    assert.equal(await outputs('auth login --profile work'), 'auth:login by @acme/sso\n')
    assert.match(await outputs('auth logout'), /^Nobody was signed in/)
    assert.match(await outputs('identity reset --profile work'), /@acme\/sso is not chosen any more/)
    assert.match(await outputs('auth logout --profile work'), /^Nobody was signed in/)
  })

  it('that is chosen, without commands of its own: the bundled ones drive it as far as it can', async () => {
    await lay({files: identityPlugin(SSO, {hook: ANSWERS, commands: ['auth:login']})})
    await refuses('auth logout', 78, 'AUTH_NOT_SUPPORTED', SSO)
    assert.equal(await outputs('auth token', SSO), 'token\n')
    assert.match(await outputs('auth use @acme/sso'), /^Chosen for every profile.*@acme\/sso 1\.0\.0\.\n$/)
    assert.equal(await outputs('auth token'), 'token\n')
    await outputs('identity reset')
  })

  const failing = [
    ['cannot be imported', {...OWN, hook: BROKEN}, 'IDENTITY_FAILED', /cannot be imported/],
    ['throws', {...OWN, hook: THROWS}, 'IDENTITY_FAILED', /the vault is closed/],
    ['has no hook', {brings: true, commands: ['auth:login']}, 'IDENTITY_HOOK_MISSING', /no hook/],
  ] as const
  for (const [what, options, code, said] of few(failing, ([one]) => one === 'throws')) {
    it(`that ${what} cannot be chosen; chosen all the same, it is an error, and the default does not step in`, async () => {
      await lay({files: identityPlugin(SSO, options)})
      await refuses(`identity use ${SSO}`, 78, code)
      assert.equal(existsSync(path.join(home.superset, 'cli/settings.json')) && readSettings(home).identity, undefined)
      const suggestions = await refuses('tasks list', 78, code, SSO)
      assert.ok(suggestions.includes('Unset SUPERSET_IDENTITY to take that choice back.'))
      await assertTold(SSO, code, new RegExp(`FAIL  identity .*${said.source}`))
      if (code === 'IDENTITY_HOOK_MISSING') await assertWaysOut(SSO)
    })
  }

  const lost = [
    [
      'that was never installed',
      async (data: string) => rm(data, {recursive: true}),
      /FAIL {2}identity .*not installed/,
    ],
    [
      'whose folder is gone',
      async (data: string) => rm(path.join(data, 'node_modules'), {recursive: true}),
      /FAIL {2}plugins .*@acme\/sso was installed, and cannot be loaded/,
    ],
    [
      'whose package.json is damaged',
      async (data: string) => writeFile(path.join(data, 'node_modules', SSO, 'package.json'), '{"name":'),
      /FAIL {2}plugins .*@acme\/sso was installed, and cannot be loaded/,
    ],
    [
      'while the list of plugins is damaged',
      async (data: string) => writeFile(path.join(data, 'package.json'), '{"oclif":'),
      /FAIL {2}plugins .*package\.json cannot be read, so no installed plugin is loaded/,
    ],
  ] as const
  for (const [what, spoil, doctor] of few(lost, ([one]) => one === 'while the list of plugins is damaged')) {
    it(`that is chosen, ${what}: an error with the way back`, async () => {
      await spoil(await lay({files: identityPlugin(SSO, OWN)}))
      const line = what === 'that was never installed' ? 'auth logout' : 'tasks list'
      const suggestions = await refuses(line, 78, 'IDENTITY_MISSING', SSO)
      assert.ok(suggestions.includes(`Run \`superset plugins install ${SSO}\`.`))
      assert.ok(suggestions.includes('Unset SUPERSET_IDENTITY to take that choice back.'))
      await assertTold(SSO, 'IDENTITY_MISSING', doctor)
      if (what === 'while the list of plugins is damaged') await assertWaysOut(SSO)
    })
  }

  for (const manifest of few(['none', 'old'] as const, (one) => one === 'none')) {
    it(`whose manifest is ${manifest === 'old' ? 'of another version' : 'missing'} serves, and costs no later start anything`, async () => {
      await lay({files: identityPlugin(SSO, {...OWN, manifest})})
      assert.equal(await outputs('auth login', SSO), 'auth:login by @acme/sso\n')
      const doctor = await superset('doctor', SSO)
      assert.match(doctor.stdout, /pass {2}plugins +@acme\/sso 1\.0\.0 is loaded\.$/m)
      assert.equal(doctor.stderr, '')
    })
  }

  it('on an older major of oclif serves, with its own commands', async () => {
    await lay({files: {...identityPlugin(SSO, OWN), ...(await onCore4('auth/login'))}})
    assert.equal(await outputs('auth login', SSO), 'signed in with core 4, for profile default\n')
    assert.equal(await outputs('identity list --quiet', SSO), `${SSO}\n${BUNDLED}\n`)
  })

  it('that hangs is given up after ten seconds, and `auth status` says so', async () => {
    const {code, stdout} = await hanging.ended
    assert.equal(code, 78)
    const {identity, problem} = JSON.parse(stdout) as {identity: object; problem: {code: string}}
    assert.deepEqual([identity, problem.code], [{plugin: SSO, source: 'env:SUPERSET_IDENTITY'}, 'IDENTITY_TIMEOUT'])
  })
})

/** The home's own, whatever the test has. */
function places(home: Home): Record<string, string> {
  return {XDG_CACHE_HOME: path.join(home.path, '.cache'), XDG_DATA_HOME: path.join(home.path, '.local/share')}
}

function readSettings(home: Home): {identity?: string} {
  return JSON.parse(readFileSync(path.join(home.superset, 'cli/settings.json'), 'utf8')) as {identity?: string}
}
