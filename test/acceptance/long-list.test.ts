import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {CLI, Home} from '../support/cli.ts'
import {HUMAN} from '../support/modes.ts'
import {skip} from '../support/skip.ts'

const TASKS = 10_000
const MOST_MEGABYTES = 150

describe('a list of ten thousand', () => {
  let sandbox: Sandbox
  let home: Home
  let env: Record<string, string | undefined>
  before(async () => {
    sandbox = await startSandbox()
    sandbox.addTasks(Array.from({length: TASKS}, (_, index) => ({title: `Task number ${index} of many`})))
    home = await Home.create()
    env = {
      ...HUMAN,
      SUPERSET_API_URL: sandbox.url,
      SUPERSET_API_KEY: sandbox.apiKey,
      SUPERSET_ORGANIZATION_ID: sandbox.organizations.team.id,
    }
  })
  after(async () => {
    await home?.[Symbol.asyncDispose]()
    await sandbox.close()
  })

  for (const [form, ...flags] of [['lines'], ['JSON', '--json'], ['CSV', '--output', 'csv']] as const)
    it(`is printed whole, as ${form}, in less than ${MOST_MEGABYTES} MB`, async function () {
      if (process.platform !== 'linux')
        skip(this, 'what a process has in memory is read from /proc, which only Linux has')
      const started = home.start(['tasks', 'list', '--all', ...flags], {env})
      let peak = 0
      started.child.stdout?.on('data', () => (peak = Math.max(peak, peakMegabytes(started.pid))))
      const {code, stderr, stdout} = await started.ended
      assert.deepEqual([code, stderr], [0, ''])
      const count = form === 'JSON' ? (JSON.parse(stdout) as object[]).length : stdout.trimEnd().split('\n').length
      assert.ok(count >= TASKS, String(count))
      assert.ok(peak > 10 && peak < MOST_MEGABYTES, `${peak} MB`)
    })

  it('ends quietly, and early, when nobody reads on', async () => {
    const line = `"$0" "$1" tasks list --all | head -1`
    const before = sandbox.journal.api.length
    const shell = spawn('sh', ['-c', line, process.execPath, CLI], {env: {...process.env, HOME: home.path, ...env}})
    let [stdout, stderr] = ['', '']
    shell.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    shell.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    await once(shell, 'close')
    assert.deepEqual([stdout.split('\n').length, stderr], [2, ''])
    const pages = sandbox.journal.api.length - before
    assert.ok(pages < 5, `${pages} pages were asked for`)
  })
})

/** The most that it had at once, so far; 0 once it has ended. */
function peakMegabytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1024
  } catch {
    return 0
  }
}
