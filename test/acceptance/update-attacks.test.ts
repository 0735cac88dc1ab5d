import assert from 'node:assert/strict'
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import path from 'node:path'
import {installCli, start} from '../support/installed-cli.ts'
import type {InstalledRoot} from '../support/installed-root.ts'
import {few, itInFull} from '../support/matrix.ts'
import {skip} from '../support/skip.ts'
import {errorOf} from '../support/stored-key.ts'
import {ReleaseHost} from '../support/update-host.ts'

const POINTER = 'channels/stable/linux-x64.json'
const INDEX = 'versions/linux-x64.json'
const VERSION = 'versions/1.1.0/linux-x64.json'
const ARCHIVE = 'versions/1.1.0/superset-v1.1.0-linux-x64.tar.gz'

interface Stage {
  readonly host: ReleaseHost
  /** Where whatever is sent elsewhere arrives, and what plugin-update's own downloader would ask. */
  readonly other: ReleaseHost
}

/** What an attacker does, by the file that carries it; `--interactive` reads the list, then the version. */
const attacks: ReadonlyArray<readonly [string, (stage: Stage, file: string) => void, code: string]> = [
  ['unsigned', ({host}, file) => void host.files.set(file, Buffer.from('{"version":"9.9.9"}')), 'UPDATE_UNSIGNED'],
  [
    'redirected',
    ({host, other}, file) =>
      void host.answers.set(file, (_, response) => {
        response.writeHead(302, {location: `${other.url}/${file}`}).end()
      }),
    'UPDATE_HOST',
  ],
  [
    'without an end',
    ({host}, file) =>
      void host.answers.set(file, async (_, response) => {
        response.writeHead(200)
        while (!response.destroyed && response.write(' '.repeat(65_536))) await new Promise(setImmediate)
        if (!response.destroyed) response.on('drain', () => response.write(' '.repeat(65_536)))
      }),
    'UPDATE_HOST',
  ],
  [
    'expired',
    ({host}, file) => {
      host.expiresAt = '2026-01-01T00:00:00Z'
      publish(host, file)
    },
    'UPDATE_EXPIRED',
  ],
]

/** A second later one of the same: its serial is higher. */
function publish(host: ReleaseHost, file: string): void {
  if (file === INDEX) host.list(['1.0.0', '1.1.0'])
  else host.publish({version: '1.1.0'})
}

describe('superset update, attacked', () => {
  let stage: Stage
  let root: InstalledRoot
  let untouched: string[]
  before(function () {
    if (`${process.platform}-${process.arch}` !== 'linux-x64') skip(this, 'its fake releases are for linux-x64')
  })
  beforeEach(async () => {
    stage = {host: await ReleaseHost.start(), other: await ReleaseHost.start()}
    root = await installCli(stage.host.build)
    stage.host.publish({version: '1.1.0'})
    stage.host.list(['1.0.0', '1.1.0'])
    untouched = await root.versions()
  })
  afterEach(async () => {
    await stage?.host[Symbol.asyncDispose]()
    await stage?.other[Symbol.asyncDispose]()
    await root?.[Symbol.asyncDispose]()
  })

  const env = () => ({SUPERSET_NPM_REGISTRY: stage.other.url, SUPERSET_S3_HOST: stage.other.url})
  const refusal = async (args: readonly string[]) => {
    const {code, stderr, stdout} = await start(root, ['update', ...args, '--json'], {env: env()}).ended
    assert.notEqual(code, 0)
    assert.equal(stderr, '')
    return errorOf({stdout}).code
  }

  async function assertUntouched(): Promise<void> {
    assert.deepEqual([await root.versions(), await root.current()], [untouched, 'versions/1.0.0'])
    assert.deepEqual(stage.other.asked, [], 'nobody else was asked')
  }

  for (const [what, attack, code] of attacks) {
    // In `npm test` each attack once, on one of the two files.
    const isFirst = (file: string) => (what === 'redirected' ? INDEX : POINTER) === file
    const test = (file: string) => (isFirst(file) ? it : itInFull)
    test(POINTER)(`what the channel points to, ${what}: ${code}`, async () => {
      attack(stage, POINTER)
      assert.equal(await refusal([]), code)
      assert.deepEqual(stage.host.asked, [POINTER])
      await assertUntouched()
    })

    test(INDEX)(`the list of versions, ${what}: ${code}`, async () => {
      attack(stage, INDEX)
      assert.equal(await refusal(['--available']), code)
      assert.deepEqual(stage.host.asked, [INDEX])
      await assertUntouched()
    })
  }

  itInFull('an older pointer than was seen', async () => {
    const older = stage.host.files.get(POINTER)
    stage.host.publish({version: '1.0.0'})
    assert.equal((await start(root, ['update', '--json'], {env: env()}).ended).code, 0)
    assert.ok(older)
    stage.host.files.set(POINTER, older)
    assert.equal(await refusal([]), 'UPDATE_REPLAYED')
    await assertUntouched()
  })

  it('another archive than was signed, by each way to it', async () => {
    const bytes = stage.host.files.get(ARCHIVE)
    assert.ok(bytes)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    const ways: ReadonlyArray<readonly string[]> = [
      [],
      ['--version', '1.1.0'],
      ['stable'],
      ['--channel', 'stable'],
      ['--force'],
    ]
    for (const args of few(ways, ([one]) => one === '--version'))
      assert.equal(await refusal(args), 'UPDATE_DAMAGED', args.join(' '))
    await assertUntouched()
  })

  it('a host that falls silent', async () => {
    stage.host.answers.set(POINTER, () => {})
    assert.equal(await refusal([]), 'UPDATE_NETWORK')
    await assertUntouched()
  })

  itInFull('their hidden flag that updates at once, which is gone', async () => {
    assert.equal(await refusal(['--autoupdate']), 'USAGE_INVALID')
    assert.deepEqual(stage.host.asked, [])
    await assertUntouched()
  })

  describe('by --interactive', () => {
    before(function () {
      try {
        execFileSync('script', ['--version'])
      } catch {
        skip(this, 'there is no `script` to make a terminal with')
      }
    })

    /** Takes the first choice, which is the newest. */
    async function choose(): Promise<string> {
      const command = `${path.join(root.path, 'current/bin/superset')} update --interactive`
      const child = spawn('script', ['-qec', command, '/dev/null'], {env: {...process.env, ...env()}})
      let said = ''
      let isAsked = false
      child.stderr.resume()
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (isAsked || !said.includes('Select a version')) return
        isAsked = true
        child.stdin.write('\r')
      })
      await once(child, 'close')
      return said
    }

    it('brings what was chosen', async () => {
      const said = await choose()
      assert.match(said, /Updated superset from 1\.0\.0 to 1\.1\.0/)
      assert.equal(await root.says(), 'superset/1.1.0')
      assert.deepEqual([stage.host.asked, stage.other.asked], [[INDEX, VERSION, ARCHIVE], []])
    })

    const spoilt = [
      ['a list of versions that is not signed', INDEX, 'UPDATE_UNSIGNED'],
      ['a version that is not signed', VERSION, 'UPDATE_UNSIGNED'],
      ['another archive than was signed', ARCHIVE, 'UPDATE_DAMAGED'],
    ] as const
    for (const [what, file, code] of few(spoilt, ([, one]) => one === VERSION))
      it(`brings nothing from ${what}: ${code}`, async () => {
        stage.host.files.set(file, Buffer.from('{}'))
        assert.match(await choose(), new RegExp(code))
        await assertUntouched()
      })
  })
})
