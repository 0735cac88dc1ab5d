import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdir, mkdtemp, rename, rm, symlink} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {extract} from 'tar'
import {packForTest} from '../support/packing.ts'
import {runProgram} from '../support/program.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded, sandboxEnvironment} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'
import {thirdPartyPlugin} from '../support/third-party.ts'

const VERSION = /^superset\/1\.2\.3 linux-x64 node-v24\.21\.0\n$/
const SHELLS = [['/bin/sh'], ['/usr/bin/dash'], ['/bin/bash', '--posix'], ['/usr/bin/busybox', 'sh']] as const

describe('a packed superset', () => {
  let base: string
  let bin: string
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'packed-'))
    const packed = await packForTest(base, {level: 0})
    await extract({file: path.join(base, packed.file), cwd: base, strict: true})
    await rename(path.join(base, 'superset'), path.join(base, 'it\'s a "folder" $HOME'))
    bin = path.join(base, 'it\'s a "folder" $HOME', 'bin')
    await symlink(path.dirname(bin), path.join(base, 'linked'))
    await symlink('linked/bin/superset', path.join(base, 'relative-link'))
    await symlink(path.join(base, 'relative-link'), path.join(base, 'absolute-link'))
  })
  after(() => rm(base, {recursive: true, force: true}))

  const starts = async (program: string, args: readonly string[] = [], options = {}) => {
    const run = await runProgram(program, [...args, '--version'], options)
    assertSucceeded(run)
    assert.match(run.stdout, VERSION)
    assert.equal(run.stderr, '')
  }

  describe('starts', () => {
    it('with no environment at all, from /', () => starts(path.join(bin, 'superset')))
    it('with an empty PATH', () => starts(path.join(bin, 'superset'), [], {env: {PATH: ''}}))
    it('with a HOME that is not there', () => starts(path.join(bin, 'superset'), [], {env: {HOME: '/not/there'}}))
    it('by a relative path, with a CDPATH that would lead elsewhere', () =>
      starts('bin/superset', [], {cwd: path.dirname(bin), env: {CDPATH: '/usr:/', PATH: '/usr/bin:/bin'}}))
    it('through a linked folder', () => starts(path.join(base, 'linked/bin/superset')))
    it('through links to the file itself', () => starts(path.join(base, 'absolute-link')))
    it('from its own folder, by a relative path', () => starts('./superset', [], {cwd: bin}))
    it('as a word found in PATH', () => starts('/bin/sh', ['-c', 'superset "$@"', 'sh'], {env: {PATH: bin}}))
    for (const [shell, ...args] of SHELLS)
      it(`by ${[shell, ...args].join(' ')}`, function () {
        if (spawnSync(shell, [...args, '-c', ':']).status !== 0) skip(this, `${shell} is not here`)
        return starts(shell, [...args, path.join(base, 'absolute-link')])
      })
    it('without a shell, as containers do', () =>
      starts(path.join(bin, 'node'), [path.join(path.dirname(bin), 'app/bin/run.js')]))
  })

  it('hands on arguments, folder and exit code as they are', async () => {
    const env = {XDG_CACHE_HOME: path.join(base, 'cache'), HOME: base}
    const run = await runProgram(path.join(bin, 'superset'), ['alias', 'set', 'two  spaces', '*'], {cwd: base, env})
    assert.equal(run.code, 2)
    assert.match(run.stderr, /"two {2}spaces" cannot be an alias/)
  })

  it('runs a command with HOME unset, in a folder that nobody can write', async function () {
    const probe = spawnSync('unshare', ['--mount', '--map-root-user', 'true'])
    if (probe.status !== 0) skip(this, 'no mount namespace can be made here')
    const script =
      'mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    const program = [path.join(bin, 'superset'), 'auth', 'status', '--json']
    const run = await runProgram(
      'unshare',
      ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', base, ...program],
      {
        env: {
          PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
          XDG_CACHE_HOME: path.join(base, 'cache'),
          SUPERSET_HOME_DIR: path.join(base, 'home'),
        },
      },
    )
    assert.equal(run.code, 4, run.stdout + run.stderr)
    assert.equal(run.stderr, '')
    assert.equal((JSON.parse(run.stdout) as {signedIn?: boolean}).signedIn, false)
  })

  describe('signed in and extended', () => {
    let sandbox: Sandbox
    let registry: Registry
    let env: Record<string, string>
    before(async () => {
      sandbox = await startSandbox()
      registry = await Registry.start()
      registry.publish(await thirdPartyPlugin('@acme/superset-plugin'))
      const home = path.join(base, 'home')
      await mkdir(home)
      env = {
        ...sandboxEnvironment(sandbox),
        HOME: home,
        // For the scripted browser; the CLI itself needs none.
        PATH: path.dirname(process.execPath),
        SUPERSET_NPM_REGISTRY: registry.url,
      }
    })
    after(async () => {
      await registry[Symbol.asyncDispose]()
      await sandbox.close()
    })
    const run = (...args: string[]) => runProgram(path.join(bin, 'superset'), args, {env})

    it('signs in, lists tasks and signs out, with the plugin that came inside', async () => {
      assertSucceeded(await run('auth', 'login', '--storage', 'file'))
      assertSucceeded(await run('tasks', 'list', '--json'))
      const status = await run('auth', 'status', '--json')
      assertSucceeded(status)
      assert.match(status.stdout, new RegExp(sandbox.users.admin.email))
    })

    it('installs a plugin from a registry with the npm that came inside, and runs it', async () => {
      assertSucceeded(await run('plugins', 'install', '@acme/superset-plugin'))
      const greet = await run('acme', 'greet')
      assertSucceeded(greet)
      assert.equal(greet.stdout, 'hello\n')
      const who = await run('acme', 'who')
      assertSucceeded(who)
      assert.match(who.stdout, new RegExp(sandbox.users.admin.email))
      assertSucceeded(await run('plugins', 'uninstall', '@acme/superset-plugin'))
      assertSucceeded(await run('auth', 'logout'))
    })

    it('shows help and completion, and looks after itself', async () => {
      for (const words of [['--help'], ['help', 'tasks'], ['autocomplete', 'script', 'bash'], ['plugins', '--core']])
        assertSucceeded(await run(...words))
    })
  })
})
