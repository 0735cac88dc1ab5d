import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chown, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {Run} from '../support/cli.ts'
import {installCli, start, type Terms} from '../support/installed-cli.ts'
import type {InstalledRoot} from '../support/installed-root.ts'
import {few, itInFull, times} from '../support/matrix.ts'
import {needsMountNamespace, PolicedMachine} from '../support/policed-machine.ts'
import {skip} from '../support/skip.ts'
import {ReleaseHost} from '../support/update-host.ts'

const POINTER = 'channels/stable/linux-x64.json'
const ARCHIVE = 'versions/1.1.0/superset-v1.1.0-linux-x64.tar.gz'

describe('superset updates itself', () => {
  let host: ReleaseHost
  let root: InstalledRoot
  before(function () {
    if (`${process.platform}-${process.arch}` !== 'linux-x64') skip(this, 'its fake releases are for linux-x64')
    try {
      execFileSync('script', ['--version'])
    } catch {
      skip(this, 'there is no `script` to make a terminal with')
    }
  })
  beforeEach(async () => {
    host = await ReleaseHost.start()
    root = await installCli(host.build)
  })
  afterEach(async () => {
    await looked()
    await host?.[Symbol.asyncDispose]()
    await root?.[Symbol.asyncDispose]()
  })

  const state = () => path.join(root.path, 'update-check.json')
  const run = (args: readonly string[], terms?: Terms): Promise<Run> => start(root, args, terms).ended
  const attended = (terms: Terms = {}) => run(['auth', 'list'], {terminal: true, ...terms})
  const look = async () => JSON.parse(await readFile(state(), 'utf8')) as Record<string, unknown>
  const updates = async (): Promise<string> => {
    const {stdout} = await run(['doctor', '--json'])
    const {checks} = JSON.parse(stdout) as {checks: {name: string; message: string}[]}
    return checks.find(({name}) => name === 'update')?.message ?? ''
  }

  /** A look is over when its process is. To look for it costs, too. */
  async function looked(): Promise<void> {
    while ((await looks()).length > 0) await pause(200)
  }

  async function looks(): Promise<string[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
    return lines.filter((line) => line.includes(root.path) && line.includes('auto-update-process'))
  }

  it('after a command on a terminal, once a day, and says nothing then', async () => {
    host.publish({version: '1.1.0'})
    const {code, stdout} = await attended()
    assert.equal(code, 0)
    assert.doesNotMatch(stdout, /1\.1\.0/)
    await looked()
    assert.equal(await root.says(), 'superset/1.1.0')
    assert.deepEqual(host.asked, [POINTER, ARCHIVE])
    const {at, next, ...rest} = await look()
    assert.deepEqual(rest, {outcome: 'updated', version: '1.1.0', from: '1.0.0'})
    assert.ok(Number(next) - Number(at) >= 86_400_000)
  })

  itInFull('also after one that failed: its fault may be mended by now', async () => {
    host.publish({version: '1.1.0'})
    assert.notEqual((await run(['organization', 'list'], {terminal: true})).code, 0)
    await looked()
    assert.equal(await root.says(), 'superset/1.1.0')
  })

  it('and the next start says so, once, in one line with the way back', async () => {
    const now = Date.now()
    const news = {at: now, next: now + 90_000_000, outcome: 'updated', version: '1.0.0', from: '0.9.0'}
    await writeFile(state(), JSON.stringify(news))
    for (const terms of [{terminal: false}, {env: {CI: '1'}}] as const)
      assert.doesNotMatch((await attended(terms)).stdout, /itself/)
    const lines = (await attended()).stdout.split(/\r?\n/).filter((line) => line.includes('itself'))
    assert.deepEqual(lines, [
      'superset has updated itself from 0.9.0 to 1.0.0. `superset update --rollback` goes back.',
    ])
    assert.doesNotMatch((await attended()).stdout, /itself/)
    assert.deepEqual(host.asked, [])
  })

  itInFull('not more often than once a day', async () => {
    host.publish({version: '1.0.0'})
    await attended()
    await looked()
    await attended()
    await looked()
    assert.deepEqual(host.asked, [POINTER])
    await writeFile(state(), JSON.stringify({...(await look()), next: Date.now() - 1}))
    await attended()
    await looked()
    assert.deepEqual(host.asked, [POINTER, POINTER])
    assert.match(await updates(), /nothing newer/)
  })

  const AT_ONCE = times({full: 20, few: 4})

  it(`by one look, when ${AT_ONCE} commands end at once`, async () => {
    host.publish({version: '1.1.0'})
    await Promise.all(Array.from({length: AT_ONCE}, () => attended()))
    await looked()
    assert.deepEqual(host.asked, [POINTER, ARCHIVE])
  })

  it('not in CI, for agents, by its variable, without a terminal, for scripts', async () => {
    host.publish({version: '1.1.0'})
    const off = [{SUPERSET_DISABLE_AUTOUPDATE: '1'}, {CI: '1'}, {CLAUDECODE: '1'}].slice(0, times({full: 3, few: 1}))
    for (const env of off) await attended({env})
    await run(['auth', 'list'])
    for (const flag of few(['--json', '--quiet'], (one) => one === '--json'))
      await run(['auth', 'list', flag], {terminal: true})
    assert.deepEqual([await looks(), host.asked], [[], []])
    await assert.rejects(readFile(state()), {code: 'ENOENT'})
  })

  it('not where that was turned off, until it is turned on again', async () => {
    host.publish({version: '1.1.0'})
    assert.deepEqual(JSON.parse((await run(['update', '--autoupdate', 'off', '--json'])).stdout), {autoupdate: 'off'})
    await attended()
    assert.deepEqual([await looks(), host.asked], [[], []])
    assert.match(await updates(), /does not update itself.*--autoupdate on/s)
    assert.equal((await run(['update', '--autoupdate', 'on', '--quiet'])).stdout, 'on\n')
    await attended()
    await looked()
    assert.equal(await root.says(), 'superset/1.1.0')
  })

  itInFull('not under a policy that forbids it, nor can it be turned on there', async function () {
    needsMountNamespace(this)
    await using machine = await PolicedMachine.create({update: {auto: false}})
    const {prefix} = machine
    host.publish({version: '1.1.0'})
    await attended({prefix})
    assert.deepEqual([await looks(), host.asked], [[], []])
    const {code, stdout} = await run(['update', '--autoupdate', 'on', '--json'], {prefix})
    assert.equal(code, 77)
    assert.match(stdout, /update\.auto/)
    assert.equal((await run(['update', '--quiet'], {prefix})).stdout, '1.1.0\n', 'who asks for it gets it')
  })

  itInFull('not in an installation of somebody else', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can give it to somebody else')
    host.publish({version: '1.1.0'})
    await chown(root.path, 4711, 4711)
    await attended()
    assert.deepEqual([await looks(), host.asked], [[], []])
    assert.match(await updates(), /does not update itself.*not yours/s)
  })

  itInFull('not back to the version that was left; to what comes after it', async () => {
    host.publish({version: '1.1.0'})
    await attended()
    await looked()
    execFileSync(path.join(root.path, 'versions/1.0.0/bin/superset'), ['update', '--rollback', '--json'])
    await rm(state())
    await attended()
    await looked()
    assert.equal(await root.says().catch(() => ''), 'superset/1.0.0')
    assert.match(await updates(), /1\.1\.0.*was left/s)
    host.publish({version: '1.2.0'})
    await rm(state())
    await attended()
    await looked()
    assert.equal(await root.says(), 'superset/1.2.0')
  })

  itInFull('not before its turn has come; who asks for it gets it', async () => {
    host.publish({version: '1.1.0', rollout: 0})
    await attended()
    await looked()
    assert.deepEqual(host.asked, [POINTER])
    assert.match(await updates(), /1\.1\.0.*not for this installation yet/s)
    assert.equal((await run(['update', '--quiet'])).stdout, '1.1.0\n')
  })

  const faults = [
    [
      'answers with a fault',
      () => host.answers.set(POINTER, (_, response) => void response.writeHead(503).end()),
      'UPDATE_NETWORK',
    ],
    [
      'sends elsewhere',
      () => host.answers.set(POINTER, (_, response) => void response.writeHead(302, {location: '/x'}).end()),
      'UPDATE_HOST',
    ],
    ['serves what is not signed', () => void host.files.set(POINTER, Buffer.from('{}')), 'UPDATE_UNSIGNED'],
    [
      'serves what has expired',
      () => {
        host.expiresAt = '2026-01-01T00:00:00Z'
        host.publish({version: '1.1.0'})
      },
      'UPDATE_EXPIRED',
    ],
    ['serves another archive', () => void host.files.set(ARCHIVE, Buffer.from('no archive')), 'UPDATE_DAMAGED'],
    [
      'has a version that does not start',
      () => void host.publish({version: '1.1.0', first: 'exit 3'}),
      'UPDATE_DOES_NOT_START',
    ],
  ] as const
  for (const [what, spoil, code] of few(faults, ([one]) => /start/.test(one)))
    it(`not when the host ${what}: silent, tried again a day later, and doctor tells`, async () => {
      host.publish({version: '1.1.0'})
      spoil()
      const {stdout} = await attended()
      await looked()
      assert.doesNotMatch(stdout, /UPDATE|1\.1\.0/)
      assert.equal(await root.says().catch(() => ''), 'superset/1.0.0')
      assert.deepEqual(await root.versions(), ['1.0.0'])
      const {at, next, outcome} = await look()
      assert.deepEqual([outcome, Number(next) - Number(at) >= 86_400_000], ['failed', true])
      assert.match(await updates(), new RegExp(code))
    })
})
