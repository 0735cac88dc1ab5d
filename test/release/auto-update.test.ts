import assert from 'node:assert/strict'
import {readdirSync, readFileSync, rmSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {smallDisk} from '../../packages/plugin-auth/test/support/small-disk.ts'
import {buildRelease} from '../../release/build.ts'
import {everythingBelow, KEYS} from '../support/packing.ts'
import {runProgram} from '../support/program.ts'
import {ReleaseHost, type Tamper} from '../support/release-host.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'

const KILLS = 20
const COMMANDS = 20
const ENV = {PATH: '/usr/bin:/bin', TERM: 'xterm'}
const DISK_KILOBYTES = 230 * 1024

describe('a packed superset updates itself', () => {
  let base: string
  let host: ReleaseHost
  let counter = 0
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'auto-'))
    host = await ReleaseHost.start()
    host.folder = path.join(base, 'www')
    const release = {keys: [KEYS.privateKey], out: host.folder, host: host.url, channel: 'stable'}
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await buildRelease({...release, version})
  })
  afterEach(() => {
    host.tamper = undefined
  })
  after(async () => {
    await host[Symbol.asyncDispose]()
    await rm(base, {recursive: true, force: true})
  })

  interface Place {
    readonly root: string
    readonly superset: string
  }

  /** Two releases behind. */
  async function installed(root = path.join(base, `root-${++counter}`)): Promise<Place> {
    const bin = path.join(root, 'bin')
    const args = [path.join(host.folder, 'install.sh'), '--root', root, '--bin', bin, '--version', '1.0.0']
    assertSucceeded(await runProgram('/bin/sh', args, {env: ENV}))
    return {root, superset: path.join(bin, 'superset')}
  }

  const attended = async ({superset}: Place, env: Record<string, string> = {}): Promise<string> => {
    const run = await runProgram('script', ['-qec', `${superset} version`, '/dev/null'], {env: {...ENV, ...env}})
    assertSucceeded(run)
    return run.stdout
  }
  const versionOf = async ({superset}: Place): Promise<string> => {
    const run = await runProgram(superset, ['version', '--json'])
    assertSucceeded(run)
    return String((JSON.parse(run.stdout) as {version: string}).version)
  }
  const looks = ({root}: Place): number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
          return line.includes(root) && line.includes('auto-update-process')
        } catch (error) {
          if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
          throw error
        }
      })
      .map(Number)
  const ended = async (place: Place): Promise<void> => {
    while (looks(place).length > 0) await pause(200)
  }
  const unfinished = ({root}: Place): string[] =>
    everythingBelow(root).filter((file) => /^(?:versions\/)?\.[^/]*$/.test(file))
  /** As if a day had passed, and nothing had been left. */
  const forget = ({root}: Place): void => {
    for (const file of ['update-check.json', 'update-settings.json']) rmSync(path.join(root, file), {force: true})
  }
  const outcome = ({root}: Place): unknown =>
    (JSON.parse(readFileSync(path.join(root, 'update-check.json'), 'utf8')) as {outcome: unknown}).outcome

  it(`while ${COMMANDS} commands run; the next start says so, and the way back holds`, async () => {
    const place = await installed()
    await attended(place)
    const seen = await Promise.all(Array.from({length: COMMANDS}, () => versionOf(place)))
    for (const version of seen) assert.ok(['1.0.0', '1.2.0'].includes(version), version)
    await ended(place)
    assert.deepEqual([await versionOf(place), outcome(place), unfinished(place)], ['1.2.0', 'updated', []])
    assert.match(
      await attended(place),
      /superset has updated itself from 1\.0\.0 to 1\.2\.0\. `superset update --rollback`/,
    )
    assertSucceeded(await runProgram(place.superset, ['update', '--rollback']))
    rmSync(path.join(place.root, 'update-check.json'))
    assert.doesNotMatch(await attended(place), /itself/)
    await ended(place)
    assert.deepEqual([await versionOf(place), outcome(place)], ['1.0.0', 'left'])
  })

  it('and is itself low in priority, and the only one of twenty that begin at once', async () => {
    const place = await installed()
    host.asked.length = 0
    await Promise.all(Array.from({length: 20}, () => attended(place)))
    for (const pid of looks(place)) assert.equal(os.getPriority(pid), 19)
    await ended(place)
    assert.equal(host.asked.filter((file) => file.startsWith('channels/')).length, 1)
    assert.equal(await versionOf(place), '1.2.0')
  })

  it('not where it is switched off, by each way', async () => {
    const place = await installed()
    for (const env of [{CI: '1'}, {CLAUDECODE: '1'}, {SUPERSET_DISABLE_AUTOUPDATE: '1'}]) await attended(place, env)
    assertSucceeded(await runProgram(place.superset, ['version']))
    assertSucceeded(await runProgram(place.superset, ['update', '--autoupdate', 'off']))
    await attended(place)
    assert.deepEqual([looks(place), await versionOf(place)], [[], '1.0.0'])
  })

  for (const [what, tamper] of [
    ['is down', (_file, response) => Boolean(response.destroy())],
    [
      'falls silent in the middle',
      (file, response, content) => {
        if (!file.endsWith('.tar.gz')) return false
        response.writeHead(200, {'content-length': content().length}).write('x')
        return true
      },
    ],
    [
      'lies',
      (file, response, content) => {
        if (!file.endsWith('.tar.gz')) return false
        const bytes = content()
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
        response.end(bytes)
        return true
      },
    ],
  ] as const satisfies ReadonlyArray<readonly [string, Tamper]>)
    it(`not when its host ${what}: it stays what it was, in silence`, async () => {
      const place = await installed()
      host.tamper = tamper
      assert.doesNotMatch(await attended(place), /UPDATE|1\.2\.0/)
      await ended(place)
      assert.deepEqual([await versionOf(place), outcome(place), unfinished(place)], ['1.0.0', 'failed', []])
      assert.doesNotMatch(await attended(place), /UPDATE|1\.2\.0/)
    })

  it('not when there is no room for it', async function () {
    const disk = smallDisk(DISK_KILOBYTES)
    if (typeof disk === 'string') skip(this, disk)
    try {
      const place = await installed(path.join(disk.root, 'root'))
      assert.doesNotMatch(await attended(place), /UPDATE|1\.2\.0/)
      await ended(place)
      assert.deepEqual([await versionOf(place), unfinished(place)], ['1.0.0', []])
    } finally {
      disk[Symbol.dispose]()
    }
  })

  it(`and starts whenever the update is killed: ${KILLS} random moments`, async () => {
    const place = await installed()
    const begun = performance.now()
    await attended(place)
    await ended(place)
    const tookMs = performance.now() - begun
    for (let kill = 0; kill < KILLS; kill++) {
      if ((await versionOf(place)) !== '1.0.0')
        assertSucceeded(await runProgram(place.superset, ['update', '--version', '1.0.0']))
      rmSync(path.join(place.root, 'versions/1.2.0'), {recursive: true, force: true})
      forget(place)
      await attended(place)
      await pause(Math.random() * tookMs)
      for (const pid of looks(place)) process.kill(pid, 'SIGKILL')
      await ended(place)
      assert.ok(['1.0.0', '1.2.0'].includes(await versionOf(place)))
    }

    forget(place)
    await attended(place)
    await ended(place)
    assert.deepEqual([await versionOf(place), unfinished(place)], ['1.2.0', []])
  })
})
