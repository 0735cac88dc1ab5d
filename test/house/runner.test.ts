import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {runNode} from '../runner/child.ts'
import {cleanEnvironment} from '../runner/environment.ts'
import {runCheck, runFile} from '../runner/jobs.ts'
import {isSuccess, tally, type Result} from '../runner/results.ts'
import {planTiers} from '../runner/tiers.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const skip = JSON.stringify(path.join(root, 'test/support/skip.ts'))

describe('the test runner', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'runner-'))
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  async function runPlanted(source: string, silenceMs = 60_000): Promise<Result[]> {
    const file = path.join(folder, 'planted.test.ts')
    const home = path.join(folder, 'home')
    mkdirSync(home)
    writeFileSync(file, source)
    return runFile(file, {root, home, silenceMs})
  }

  async function assertOneFailure(source: string, reason: RegExp, silenceMs?: number): Promise<void> {
    const failed = (await runPlanted(source, silenceMs)).filter((result) => result.outcome === 'failed')
    assert.equal(failed.length, 1)
    assert.match(failed[0]?.detail ?? '', reason)
  }

  it('reports a test that passes, and one that fails with its stack, cause and output', async () => {
    const results = await runPlanted(
      `it('good', () => {}); it('bad', () => { console.log('seen'); throw new Error('no', {cause: new Error('why')}) })`,
    )
    assert.equal(tally(results), '1 passed, 1 failed')
    assert.match(results[1]?.detail ?? '', /no\n[^]*caused by: Error: why[^]*output of [^]*seen/)
  })

  it('lists a skip with its reason, of a test and of a suite', async () => {
    const results = await runPlanted(`
      const {skip} = await import(${skip})
      it('a', function () { skip(this, 'no bus') })
      describe('b', () => { before(function () { skip(this, 'no browser') }); describe('c', () => it('d', () => {})) })`)
    assert.deepEqual(results, [
      {outcome: 'skipped', title: 'a', detail: 'no bus'},
      {outcome: 'skipped', title: 'b c d', detail: 'no browser'},
    ])
    assert.equal(tally(results), '0 passed, 0 failed, 2 skipped')
    assert.equal(isSuccess(results), false)
  })

  it('fails a skip without a reason', () => assertOneFailure(`it.skip('a', () => {})`, /without a reason/))

  it('fails a file that holds no test', () => assertOneFailure(`describe('a', () => {})`, /holds no test/))

  it('fails a file that cannot be loaded', () => assertOneFailure(`throw new Error('load')`, /exit 1[^]*load/))

  it('fails a process that exits before its tests ended, even with 0', () =>
    assertOneFailure(`it('a', () => process.exit(0))`, /ended before its tests did \(exit 0\)/))

  it('fails a process that is killed', () =>
    assertOneFailure(`it('a', () => process.kill(process.pid, 'SIGKILL'))`, /ended by SIGKILL/))

  it('kills a file that reports nothing, whatever it prints, and names the test that hung', () =>
    assertOneFailure(
      `it('a', () => {}); describe('b', () => it('hangs', (_done) => void setInterval(() => console.log('here'), 50)))`,
      /^Nothing happened in b hangs \(killed after \d+ s of silence\)/,
      2000,
    ))

  it('lets a slow file go on, as long as it reports', async () => {
    const wait = `it('slow', (done) => void setTimeout(done, 700))\n`
    assert.equal(tally(await runPlanted(wait.repeat(5), 2000)), '5 passed, 0 failed')
  })

  it('gives a slower machine as many times more, and asks again how slow it is', async () => {
    const slowness = [4, 1]
    const end = await runNode(['-e', 'setInterval(() => {}, 1e6)'], {
      cwd: root,
      env: {},
      log: path.join(folder, 'log'),
      report: path.join(folder, 'report'),
      silenceMs: 200,
      slowness: async () => slowness.shift() ?? 1,
    })
    assert.deepEqual([end.signal, slowness], ['SIGKILL', []])
    assert.ok((end.silentMs ?? 0) >= 800, `after ${end.silentMs} ms`)
  })

  it('fails an error that comes after the last test', () =>
    assertOneFailure(`it('a', () => void setTimeout(() => { throw new Error('late') }, 10))`, /process failed[^]*late/))

  it('fails a file that leaves a server open', () =>
    assertOneFailure(
      `import {createServer} from 'node:net'; it('a', (done) => void createServer().listen(0, '127.0.0.1', done))`,
      /still open: .*TCPServerWrap/,
    ))

  it('counts a failed check as one failure, with what it printed', async () => {
    const home = path.join(folder, 'home')
    mkdirSync(home)
    const args = ['-e', 'console.log("TS2304"); process.exit(2)']
    const results = await runCheck({name: 'types', args}, {root, home, silenceMs: 60_000})
    assert.deepEqual(results, [{outcome: 'failed', title: 'types', detail: 'TS2304\n(exit 2)'}])
  })

  it('hands tests nothing of the surrounding environment', () => {
    const planted = {CI: 'true', CLAUDECODE: '1', HTTPS_PROXY: 'http://127.0.0.1:9', SUPERSET_API_KEY: 'sk_planted'}
    const before = {...process.env}
    Object.assign(process.env, planted)
    try {
      const env = cleanEnvironment(folder)
      assert.deepEqual(
        Object.keys(planted).filter((name) => name in env),
        [],
      )
      assert.equal(env['HOME'], folder)
      assert.equal(env['TZ'], 'UTC')
    } finally {
      for (const name of Object.keys(planted)) delete process.env[name]
      Object.assign(process.env, before)
    }
  })

  it('selects tiers, folders and files, and refuses a word that selects nothing', () => {
    const names = (words: string[]) =>
      planTiers(root, words).flatMap((tier) => [...tier.checks.map((c) => c.name), ...tier.files])
    assert.deepEqual(names(['test/house/runner.test.ts']), ['test/house/runner.test.ts'])
    assert.ok(names(['house']).includes('lint (eslint)'))
    assert.ok(!names(['test/house']).includes('lint (eslint)'))
    assert.ok(names([]).length >= names(['house', 'unit']).length)
    assert.throws(() => names(['nowhere']), /No test matches nowhere/)
  })
})
