import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {Started} from '../support/cli.ts'
import {deadAddress} from '../support/counting-server.ts'
import {proxiesAt} from '../support/proxies.ts'
import {skip} from '../support/skip.ts'
import {itInFull} from '../support/matrix.ts'

const DEMO = path.resolve(import.meta.dirname, '../../demo/run.js')

describe('the demo', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'demo-'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true, maxRetries: 5}))

  function start(args: readonly string[], env: Record<string, string> = {}): Started {
    // Neither a home nor a terminal, and CI all around: none of it may matter.
    const all = {...process.env, HOME: '', CI: 'true', TMPDIR: folder, ...env}
    return new Started(spawn(process.execPath, [DEMO, ...args], {env: all, stdio: ['ignore', 'pipe', 'pipe']}))
  }

  it('tells its story to the end, with every proxy variable naming a dead port, and leaves nothing behind', async () => {
    const {code, stdout, stderr} = await start([], proxiesAt(await deadAddress())).ended
    assert.equal(code, 0, stdout + stderr)
    assert.equal(stderr, '')
    assert.match(stdout, /^\d+\. Sign in$/m)
    assert.match(stdout, /\$ superset tasks list$/m)
    assert.match(stdout, /20 succeeded, 0 failed/)
    assert.match(stdout, /sessions lost +0$/m)
    assert.doesNotMatch(stdout, /\u001B/, 'plain text where there is no terminal')
    assert.deepEqual(await readdir(folder), [])
  })

  itInFull('names the step that failed, and fails', async () => {
    // No commands can be started in a home that is not there any more.
    const demo = start([])
    await told(demo, 'It serves at')
    const [home = ''] = await readdir(folder)
    await rm(path.join(folder, home), {recursive: true, force: true})
    await writeFile(path.join(folder, home), 'no folder')
    const {code, stdout} = await demo.ended
    assert.equal(code, 1)
    assert.match(stdout, /✗ Step "Sign in" failed: `superset auth login` ended with \d+, not with 0/)
  })

  itInFull('stops at Ctrl-C while 20 commands refresh, and leaves no process and no file', async function () {
    if (process.platform !== 'linux') skip(this, 'processes are looked for in /proc')
    const demo = start([])
    await told(demo, '(20 times')
    process.kill(demo.pid, 'SIGINT')
    assert.equal((await demo.ended).code, 130)
    while ((await processesIn(folder)).length > 0) await sleep(20)
    assert.deepEqual(await readdir(folder), [])
  })

  /** Waits until the demo has printed this. */
  async function told(demo: Started, words: string): Promise<void> {
    const early = demo.ended.then(({stdout, stderr}) => assert.fail(`It ended too early:\n${stdout}${stderr}`))
    while (!demo.stdout.includes(words)) await Promise.race([once(demo.child.stdout ?? demo.child, 'data'), early])
    early.catch(() => {})
  }
})

/** Processes whose environment names the folder. */
async function processesIn(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (['EACCES', 'ENOENT', 'EPERM', 'ESRCH'].includes(error.code ?? '')) return ''
      throw error
    })
    if (environment.includes(folder)) found.push(pid)
  }

  return found
}
