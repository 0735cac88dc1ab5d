import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync, readlinkSync} from 'node:fs'
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {buildRelease} from '../../release/build.ts'
import {everythingBelow, KEYS} from '../support/packing.ts'
import {runProgram, startProgram, type ProgramOptions} from '../support/program.ts'
import {ReleaseHost} from '../support/release-host.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'
import {attacks, type Scene} from './attacks.ts'

/** What the script may need, besides what a case takes away. */
const TOOLS = [
  ...['base64', 'cat', 'chmod', 'cut', 'date', 'grep', 'gzip', 'head', 'ln', 'mkdir', 'mv', 'openssl', 'rm', 'sed'],
  ...['sh', 'sha256sum', 'tar', 'tr', 'uname', 'wc', 'curl'],
]

describe('the install script', () => {
  let base: string
  let host: ReleaseHost
  let script: string
  let scene: Scene
  let counter = 0
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'install-'))
    host = await ReleaseHost.start()
    host.folder = path.join(base, 'www')
    const release = {keys: [KEYS.privateKey], out: host.folder, host: host.url}
    await buildRelease({...release, version: '1.0.0', channel: 'stable'})
    await buildRelease({...release, version: '1.1.0', channel: 'beta'})
    script = path.join(host.folder, 'install.sh')
    scene = {host, platform: `linux-${process.arch}`}
  })
  afterEach(() => {
    host.tamper = undefined
  })
  after(async () => {
    await host[Symbol.asyncDispose]()
    await rm(base, {recursive: true, force: true})
  })

  /** A place of its own for each installation. */
  const place = () => {
    const folder = path.join(base, `it's ${++counter}`)
    return {folder, root: path.join(folder, 'root'), bin: path.join(folder, 'bin')}
  }

  /** A PATH with these programs alone. */
  const pathWith = async (...tools: string[]) => {
    const folder = path.join(base, `path-${++counter}`)
    await mkdir(folder)
    for (const tool of tools) {
      const found = spawnSync('/bin/sh', ['-c', `command -v ${tool}`], {encoding: 'utf8'}).stdout.trim()
      if (found) await symlink(found, path.join(folder, tool))
    }

    return folder
  }

  const install = (
    to: {root: string; bin: string},
    args: string[] = [],
    options: ProgramOptions = {},
    shell = ['/bin/sh'],
  ) =>
    runProgram(shell[0] ?? '', [...shell.slice(1), script, '--root', to.root, '--bin', to.bin, ...args], {
      ...options,
      env: {PATH: '/usr/bin:/bin', ...options.env},
    })

  const assertInstalled = async (to: {root: string; bin: string}, version: string, folder = version) => {
    const run = await runProgram(path.join(to.bin, 'superset'), ['--version'])
    assertSucceeded(run)
    assert.equal(run.stdout, `superset/${version} linux-${process.arch} node-v24.21.0\n`)
    assert.equal(readlinkSync(path.join(to.root, 'current')), `versions/${folder}`)
    assert.deepEqual(left(to.root), [])
  }

  const left = (root: string) =>
    everythingBelow(root).filter((file) => /(^|\/)\.[^/]*$/.test(file) && !file.includes('/app/'))

  const assertNothing = ({root, bin}: ReturnType<typeof place>) => {
    assert.ok(!existsSync(path.join(bin, 'superset')), 'the command is there')
    const found = existsSync(root) ? everythingBelow(root) : []
    assert.deepEqual(
      found.filter((file) => file !== 'versions'),
      [],
    )
  }

  for (const shell of [['/usr/bin/dash'], ['/bin/bash', '--posix'], ['/usr/bin/busybox', 'sh']])
    it(`installs and starts, by ${shell.join(' ')}`, async function () {
      if (!existsSync(shell[0] ?? '')) skip(this, `${shell[0]} is not here`)
      const to = place()
      const run = await install(to, [], {}, shell)
      assertSucceeded(run)
      assert.equal(run.stdout, '')
      assert.match(run.stderr, /superset 1\.0\.0 is installed/)
      assert.match(run.stderr, /export PATH="/)
      await assertInstalled(to, '1.0.0')
      assert.match(readFileSync(path.join(to.bin, 'superset'), 'utf8'), /^#!\/bin\/sh\nexec '.*\n$/)
    })

  it('comes through a pipe, with wget instead of curl, and into the home', async function () {
    if (!existsSync('/usr/bin/wget')) skip(this, 'wget is not here')
    const home = path.join(base, 'home')
    await mkdir(home)
    const env = {HOME: home, PATH: await pathWith(...TOOLS.filter((tool) => tool !== 'curl'), 'wget')}
    const run = await runProgram('/bin/sh', [], {env, input: readFileSync(script)})
    assertSucceeded(run)
    await assertInstalled(
      {root: path.join(home, '.local/share/superset-cli'), bin: path.join(home, '.local/bin')},
      '1.0.0',
    )
  })

  it('takes another channel, goes back by version without a download, and is quick when there is nothing to do', async () => {
    const to = place()
    assertSucceeded(await install(to, ['--channel', 'beta']))
    await assertInstalled(to, '1.1.0')
    assertSucceeded(await install(to, ['--version', '1.0.0']))
    await assertInstalled(to, '1.0.0')
    host.asked.length = 0
    assertSucceeded(await install(to, ['--channel', 'beta']))
    await assertInstalled(to, '1.1.0')
    assert.deepEqual(host.asked, [`channels/beta/${scene.platform}.json`])
    assert.equal(readFileSync(path.join(to.root, 'channel'), 'utf8'), 'beta\n')
    assertSucceeded(await install(to, ['--channel', 'beta', '--force']))
    await assertInstalled(to, '1.1.0', '1.1.0+1')
  })

  it('verifies with Node where openssl is missing, and installs nothing where both are', async () => {
    const tools = TOOLS.filter((tool) => tool !== 'openssl')
    const to = place()
    const neither = await install(to, [], {env: {PATH: await pathWith(...tools)}})
    assert.equal(neither.code, 78)
    assert.match(neither.stderr, /Install openssl 3/)
    assertNothing(to)
    const folder = await pathWith(...tools)
    await symlink(process.execPath, path.join(folder, 'node'))
    assertSucceeded(await install(to, [], {env: {PATH: folder}}))
    await assertInstalled(to, '1.0.0')
  })

  it('does not trust an openssl that takes everything for signed', async () => {
    const folder = await pathWith(...TOOLS.filter((tool) => tool !== 'openssl'))
    await writeFile(path.join(folder, 'openssl'), '#!/bin/sh\nexit 0\n', {mode: 0o755})
    const to = place()
    assert.equal((await install(to, [], {env: {PATH: folder}})).code, 78)
    assertNothing(to)
  })

  describe('refuses', () => {
    for (const {name, args = [], code, words, tamper} of attacks)
      it(name, async () => {
        const to = place()
        host.tamper = tamper(scene)
        const run = await install(to, args)
        assert.equal(run.code, code, run.stderr)
        assert.match(run.stderr, words)
        assertNothing(to)
      })
  })

  it('cut off after any byte, does nothing', async () => {
    const text = readFileSync(script)
    const to = place()
    const cuts = Array.from({length: 60}, (_, at) => Math.floor(((text.length - 200) * at) / 60))
    // Byte by byte where the first command could begin, and where the last line is half a command.
    for (let at = 0; at < 200; at++) cuts.push(at, text.length - 2 - at)
    for (const end of cuts) {
      const {status} = spawnSync('/bin/sh', ['-s', '--', '--root', to.root, '--bin', to.bin], {
        env: {PATH: '/usr/bin:/bin', HOME: to.folder},
        input: text.subarray(0, end),
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      assert.ok(!existsSync(to.folder), `cut after ${end} bytes of ${text.length}: ${status}`)
    }
  })

  it('remembers how new the pointer was, and takes no older one over it', async () => {
    const to = place()
    assertSucceeded(await install(to))
    const serials = path.join(to.root, 'serials/stable')
    const serial = Number(readFileSync(serials, 'utf8'))
    assert.ok(Math.abs(serial - Date.now() / 1000) < 3600)
    await writeFile(serials, `${serial + 1}\n`)
    const again = await install(to)
    assert.deepEqual([again.code, /is older than one that is known/.test(again.stderr)], [1, true])
    await assertInstalled(to, '1.0.0')
  })

  it('stopped in the middle, leaves nothing; killed, leaves what the next one sweeps', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      const to = place()
      const asked = Promise.withResolvers<void>()
      host.tamper = (file, response, content) => {
        if (!file.endsWith('.tar.gz')) return false
        response.write(content().subarray(0, 1_000_000))
        asked.resolve()
        return true
      }
      const args = [script, '--root', to.root, '--bin', to.bin]
      const started = startProgram('/usr/bin/setsid', ['/bin/sh', ...args], {env: {PATH: '/usr/bin:/bin'}})
      await asked.promise
      process.kill(-started.pid, signal)
      await once(started.child, 'close')
      host.tamper = undefined
      if (signal !== 'SIGKILL') assertNothing(to)
      else assert.equal(left(to.root).length, 1)
      assertSucceeded(await install(to))
      await assertInstalled(to, '1.0.0')
    }
  })

  it('leaves a superset of somebody else alone, unless forced', async () => {
    const to = place()
    await mkdir(to.bin, {recursive: true})
    await writeFile(path.join(to.bin, 'superset'), 'another program')
    const run = await install(to)
    assert.equal(run.code, 78)
    assert.match(run.stderr, /not of this installer/)
    assert.equal(readFileSync(path.join(to.bin, 'superset'), 'utf8'), 'another program')
    assert.ok(!existsSync(to.root))
    assertSucceeded(await install(to, ['--force']))
    await assertInstalled(to, '1.0.0')
  })

  it('asks where to go when there is no HOME, and says what it does not understand', async () => {
    const run = (...args: string[]) => runProgram('/bin/sh', [script, ...args], {env: {PATH: '/usr/bin:/bin'}})
    assert.match((await run()).stderr, /HOME is not set/)
    assert.equal((await run()).code, 78)
    for (const args of [['--no-such'], ['--version'], ['--channel', '../x']])
      assert.equal((await run(...args)).code, 2, args[0])
    assert.match((await run('--root', 'relative', '--bin', '/x')).stderr, /absolute/)
    const plain = await run(
      '--root',
      path.join(base, 'r'),
      '--bin',
      path.join(base, 'b'),
      '--host',
      'http://example.com',
    )
    assert.equal(plain.code, 78)
    assert.match(plain.stderr, /over https/)
    assert.equal((await run('--help')).code, 0)
  })
})
