import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {readFileSync, statSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {buildRelease} from '../../release/build.ts'
import {type Run, Started} from '../support/cli.ts'
import {everythingBelow, KEYS} from '../support/packing.ts'
import {runProgram, startProgram} from '../support/program.ts'
import {ReleaseHost} from '../support/release-host.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

const KILLS = 5
const ENV = {PATH: '/usr/bin:/bin'}

describe('an installed superset updates itself', () => {
  let base: string
  let host: ReleaseHost
  let counter = 0
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'update-'))
    host = await ReleaseHost.start()
    host.folder = path.join(base, 'www')
    const release = {keys: [KEYS.privateKey], out: host.folder, host: host.url, channel: 'stable'}
    await buildRelease({...release, version: '1.0.0'})
    await buildRelease({...release, version: '1.1.0'})
  })
  afterEach(() => {
    host.tamper = undefined
  })
  after(async () => {
    await host[Symbol.asyncDispose]()
    await rm(base, {recursive: true, force: true})
  })

  async function installed(version = '1.0.0'): Promise<{root: string; superset: string}> {
    const root = path.join(base, `root-${++counter}`)
    const bin = path.join(base, `bin-${counter}`)
    const script = path.join(host.folder, 'install.sh')
    assertSucceeded(
      await runProgram('/bin/sh', [script, '--root', root, '--bin', bin, '--version', version], {env: ENV}),
    )
    return {root, superset: path.join(bin, 'superset')}
  }

  /** As little environment as there can be: neither HOME nor PATH. */
  const json = async (superset: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const run = await runProgram(superset, [...args, '--json'])
    assertSucceeded(run)
    return JSON.parse(run.stdout) as Record<string, unknown>
  }
  const versionOf = async (superset: string) => (await json(superset, 'version'))['version']
  const unfinished = (root: string) =>
    everythingBelow(root).filter((file) => /^(?:versions\/)?\.[^/]*$/.test(file) && file !== 'versions/.')

  it('to the newest, then back without the network, to the same bytes that the install script brings', async () => {
    const {root, superset} = await installed()
    const begun = performance.now()
    assert.deepEqual(await json(superset, 'update'), {from: '1.0.0', to: '1.1.0', changed: true, source: 'download'})
    process.stderr.write(`an update took ${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
    assert.equal(await versionOf(superset), '1.1.0')
    const fresh = await installed('1.1.0')
    const [ours, theirs] = [root, fresh.root].map((one) => path.join(one, 'versions/1.1.0'))
    const files = everythingBelow(ours ?? '')
    assert.deepEqual(files, everythingBelow(theirs ?? ''))
    for (const file of files) {
      const [one, other] = [path.join(ours ?? '', file), path.join(theirs ?? '', file)]
      assert.equal(statSync(one).mode, statSync(other).mode, file)
      if (statSync(one).isFile()) assert.ok(readFileSync(one).equals(readFileSync(other)), file)
    }

    host.asked.length = 0
    assert.equal((await json(superset, 'update', '--rollback'))['to'], '1.0.0')
    assert.deepEqual([await versionOf(superset), host.asked, unfinished(root)], ['1.0.0', [], []])
  })

  it('while a command runs, which goes on with its own files', async () => {
    const {superset} = await installed()
    const env = {...process.env, HOME: base, SUPERSET_API_URL: 'http://127.0.0.1:9', SUPERSET_STORAGE: 'file'}
    const start = () => new Started(spawn(superset, ['auth', 'login', '--with-api-key', '--json'], {env}))
    const enter = async ({child, ended}: Started) => {
      child.stdin?.end('sk_live_x\n')
      return errorOf(await ended).code
    }

    const before = start()
    // It waits for the key, with most of what it needs not yet loaded.
    await json(superset, 'update')
    assert.equal(await enter(before), await enter(start()))
  })

  it('twice at once, and both succeed', async () => {
    const {root, superset} = await installed()
    const runs: Run[] = await Promise.all([1, 2].map(() => runProgram(superset, ['update', '--json'])))
    for (const run of runs) assertSucceeded(run)
    assert.deepEqual([await versionOf(superset), unfinished(root)], ['1.1.0', []])
  })

  it('not to an archive with one other bit', async () => {
    const {root, superset} = await installed()
    host.tamper = (file, response, content) => {
      if (!file.endsWith('.tar.gz')) return false
      const bytes = content()
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
      response.end(bytes)
      return true
    }
    const run = await runProgram(superset, ['update', '--json'])
    assert.deepEqual([run.code, errorOf(run).code], [1, 'UPDATE_DAMAGED'])
    assert.deepEqual([await versionOf(superset), unfinished(root)], ['1.0.0', []])
  })

  it(`and starts whenever it is killed: ${KILLS} random moments`, async () => {
    const {root, superset} = await installed()
    const begun = performance.now()
    await json(superset, 'update')
    const tookMs = performance.now() - begun
    for (let kill = 0; kill < KILLS; kill++) {
      await json(superset, 'update', '--rollback')
      await rm(path.join(root, 'versions/1.1.0'), {recursive: true})
      const {child, ended} = startProgram(superset, ['update'])
      await pause(Math.random() * tookMs)
      child.kill('SIGKILL')
      await ended
      assert.ok(['1.0.0', '1.1.0'].includes(String(await versionOf(superset))))
      await json(superset, 'update')
      assert.deepEqual([await versionOf(superset), unfinished(root)], ['1.1.0', []])
    }
  })
})
