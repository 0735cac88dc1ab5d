import assert from 'node:assert/strict'
import {chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {asUser, needsUser} from '../support/another-user.ts'
import {Home} from '../support/cli.ts'
import {AGENT, HUMAN} from '../support/modes.ts'
import {few} from '../support/matrix.ts'
import {sandboxEnvironment} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'
import {errorOf} from '../support/stored-key.ts'

/** A user that no passwd database knows, as a container started with `--user 4242` has. */
const UID = 4242

const XDG = ['CACHE', 'CONFIG', 'DATA', 'STATE'].map((name) => `XDG_${name}_HOME`)
const UNSET = Object.fromEntries(
  [...XDG, 'XDG_RUNTIME_DIR', 'SHELL', 'HOME', 'TMPDIR'].map((name) => [name, undefined]),
)

describe('the machine as it really is', function () {
  let sandbox: Sandbox
  let home: Home
  let place: string
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())
  beforeEach(async () => {
    // Not the runner's own folder for temporary files, which other users cannot enter.
    home = await Home.create('/tmp')
    place = await mkdtemp('/tmp/superset-place-')
    for (const folder of [home.path, place]) await chmod(folder, 0o777)
  })
  afterEach(async () => {
    await home[Symbol.asyncDispose]()
    await rm(place, {recursive: true})
  })

  function keyed() {
    return {
      SUPERSET_API_URL: sandbox.url,
      SUPERSET_API_KEY: sandbox.apiKey,
      SUPERSET_ORGANIZATION_ID: sandbox.organizations.acme.id,
    }
  }

  /** Started in `place`, which must stay as it is. */
  function run(
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
    user: readonly string[] = [],
  ) {
    const enter = ['sh', '-c', 'cd "$0" && exec "$@"', place]
    return home.run(args, {env: {...HUMAN, ...UNSET, ...env}, prefix: [...enter, ...user]})
  }

  describe('rows 105, 106: a user that the passwd database does not know', () => {
    const user = asUser(UID)
    before(function () {
      needsUser(this, UID)
    })

    for (const value of few([undefined, '', 'here', './here'], (one) => one === undefined))
      it(`row 105: HOME=${value ?? ' (unset)'}: a home nowhere is told, and nothing is read or written where it stands`, async () => {
        await mkdir(path.join(place, '.superset/cli'), {recursive: true})
        await writeFile(path.join(place, '.superset/cli/settings.json'), JSON.stringify({profile: 'theirs'}))
        const status = await run(['auth', 'status'], {HOME: value}, user)
        assert.deepEqual([status.code, status.stdout], [78, ''])
        assert.match(status.stderr, /HOME is not set.*\n.*Set HOME or SUPERSET_HOME_DIR/)
        const json = await run(['tasks', 'list'], {...AGENT, HOME: value}, user)
        assert.deepEqual([errorOf(json).code, json.code], ['CONFIG_HOME', 78])
        assert.equal((await run(['tasks', '--help'], {HOME: value}, user)).code, 0)
        assert.match((await run(['doctor'], {HOME: value}, user)).stdout, /FAIL {2}configuration {2}HOME is not set/)
        assert.deepEqual(await readdir(place, {recursive: true}), [
          '.superset',
          '.superset/cli',
          '.superset/cli/settings.json',
        ])
      })

    it('row 106: works with an API key alone', async () => {
      const env = keyed()
      const {code, stderr} = await run(['tasks', 'list'], env, user)
      assert.deepEqual([code, stderr], [0, ''])
      assert.equal((await run(['doctor'], env, user)).code, 0)
      assert.deepEqual(await readdir(place), [])
    })

    const homes = [
      ['HOME', (folder: string) => ({HOME: folder})],
      ['SUPERSET_HOME_DIR alone', (folder: string) => ({SUPERSET_HOME_DIR: path.join(folder, 'superset')})],
    ] as const
    for (const [title, env] of few<(typeof homes)[number]>(homes, ([one]) => one === 'HOME'))
      it(`row 106: signs in, works and signs out with ${title}, without SHELL`, async () => {
        const own = {...sandboxEnvironment(sandbox), ...env(home.path)}
        const signedIn = await run(['auth', 'login', '--storage', 'file'], own, user)
        assert.equal(signedIn.code, 0, signedIn.stderr)
        for (const args of [['tasks', 'list'], ['auth', 'status'], ['plugins'], ['auth', 'logout']]) {
          const {code, stderr} = await run(args, own, user)
          assert.equal(code, 0, stderr)
        }

        assert.deepEqual(await readdir(place), [])
      })
  })

  describe("rows 107, 108: root in a user's home", () => {
    before(function () {
      if (process.geteuid?.() !== 0) skip(this, 'only root can be root in the home of another user')
    })

    it('row 107: writes nothing there, and says how to do it', async () => {
      await chown(home.path, UID, UID)
      const env = {...sandboxEnvironment(sandbox), HOME: home.path}
      for (const args of [
        ['auth', 'login', '--storage', 'file'],
        ['auth', 'switch', 'work', '--create'],
        ['tasks', 'list'],
        ['doctor', '--fix'],
      ]) {
        const ran = await run(args, env)
        assert.ok(args[0] === 'tasks' ? ran.code === 4 : ran.code === 78 || args[0] === 'doctor', ran.stderr)
        if (ran.code === 78) assert.match(ran.stderr, /You are root in the home of uid 4242 .*\n.*`sudo -H`/)
      }

      assert.deepEqual(await readdir(home.path), [])
    })

    it('row 108: what root left behind is told with its owner and the command that mends it', async function () {
      needsUser(this, UID)
      const env = {...sandboxEnvironment(sandbox), HOME: home.path}
      await chown(home.path, UID, UID)
      const list = ['tasks', 'list']
      const login = ['auth', 'login', '--storage', 'file']
      const create = ['auth', 'switch', 'work', '--create']
      // Each with what needs something of that folder.
      for (const [folder, ...commands] of [
        ['.superset', list, login, create],
        ['.superset/identity', list, login],
        ['.superset/cli', create],
      ] as const) {
        const left = path.join(home.path, folder)
        await mkdir(left, {mode: 0o700})
        for (const args of commands) {
          const {code, stderr} = await run(args, env, asUser(UID))
          assert.equal(code, 78, `${folder}: ${args.join(' ')}: ${stderr}`)
          assert.ok(stderr.includes(`${left} belongs to root`), stderr)
          assert.ok(stderr.includes(`\`sudo chown -R ${UID} ${left}\``), stderr)
        }

        const doctor = await run(['doctor'], env, asUser(UID))
        assert.match(doctor.stdout, /belongs to root/)
        await chown(left, UID, UID)
      }
    })
  })

  for (const value of few(['', 'here'], (one) => one === ''))
    it(`row 105: HOME=${value}: the home of the passwd entry is used, and nothing where it stands`, async () => {
      await mkdir(path.join(place, '.superset/cli'), {recursive: true})
      await writeFile(path.join(place, '.superset/cli/settings.json'), JSON.stringify({profile: 'theirs'}))
      const {code, stdout} = await run(['auth', 'list', '--json'], {HOME: value})
      assert.equal(code, 0)
      assert.doesNotMatch(stdout, /theirs/)
    })

  it('row 105: relative folders of XDG and of temporary files are taken for unset', async () => {
    const relative = Object.fromEntries([...XDG, 'XDG_RUNTIME_DIR', 'TMPDIR'].map((name) => [name, 'here']))
    assert.equal((await run(['auth', 'list'], {...relative, HOME: home.path})).code, 0)
    assert.deepEqual(await readdir(place), [])
  })

  const folders = ['SUPERSET_CACHE_DIR', 'SUPERSET_CONFIG_DIR', 'SUPERSET_DATA_DIR', 'SUPERSET_HOME_DIR']
  for (const name of few(folders, (one) => one === 'SUPERSET_HOME_DIR'))
    it(`row 105: a relative ${name} is refused by name, help works, and nothing is written where it stands`, async () => {
      const env = {HOME: home.path, [name]: 'here'}
      const {code, stderr} = await run(['auth', 'list'], env)
      assert.equal(code, 78)
      assert.match(stderr, new RegExp(`${name} must be an absolute path`))
      assert.equal((await run(['--help'], env)).code, 0)
      assert.deepEqual(await readdir(place), [])
    })

  describe('row 103: an output that cannot be written', () => {
    const printing = [['--version'], ['--help'], ['tasks', '--help'], ['plugins', '--core'], ['auth', 'list', '--json']]
    for (const args of few(printing, (one) => one.includes('--json') || one.includes('plugins')))
      it(`${args.join(' ')} says so in one line, without a stack, and ends in 74`, async () => {
        const shell = ['sh', '-c', 'exec "$@" >/dev/full', 'sh']
        const {code, stderr} = await home.run(args, {env: HUMAN, prefix: shell})
        assert.equal(code, 74)
        assert.match(stderr, /^Error: Cannot write the output: no space is left\.\n {2}[^\n]*stays changed\.\n$/)
      })

    it('keeps the exit code of a command that failed for a reason of its own', async () => {
      const shell = ['sh', '-c', 'exec "$@" >/dev/full 2>/dev/full', 'sh']
      for (const args of [
        ['tasks', 'list'],
        ['tasks', 'list', '--json'],
      ])
        assert.equal((await home.run(args, {env: HUMAN, prefix: shell})).code, 4)
    })

    it('says what was done: a created task stays created', async () => {
      const shell = ['sh', '-c', 'exec "$@" >/dev/full', 'sh']
      const env = {...HUMAN, ...keyed()}
      const {code, stderr} = await home.run(['tasks', 'create', '--title', 'Kept'], {env, prefix: shell})
      assert.equal(code, 74)
      assert.match(stderr, /What the command has changed stays changed/)
      const {stdout} = await home.run(['tasks', 'list', '--json'], {env})
      assert.match(stdout, /"Kept"/)
    })
  })

  it('row 117: NO_COLOR wins over FORCE_COLOR, without a warning', async () => {
    const env = {...HUMAN, NO_COLOR: '1', FORCE_COLOR: '3'}
    const {code, stdout, stderr} = await home.run(['auth', 'list', '--nonsense'], {env})
    assert.deepEqual([code, stdout], [2, ''])
    assert.doesNotMatch(stderr, /\u001b|FORCE_COLOR|Warning/)
  })
})
