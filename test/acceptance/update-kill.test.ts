import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {times, itInFull} from '../support/matrix.ts'
import {InstalledRoot} from '../support/installed-root.ts'
import {ReleaseHost} from '../support/update-host.ts'

const PROCESS = path.resolve(import.meta.dirname, '../support/update-process.js')
const KILLS = times({full: 20, few: 5})
const FILES = 80

interface Started {
  /** Milliseconds from the start of the update itself until the process was gone. */
  readonly tookMs: number
  readonly wasKilled: boolean
}

describe('an update that is killed', () => {
  let host: ReleaseHost
  before(async () => {
    host = await ReleaseHost.start()
    host.publish({version: '1.1.0', files: FILES})
  })
  after(() => host[Symbol.asyncDispose]())

  async function run(root: InstalledRoot, killAfterMs?: number): Promise<Started> {
    const child = spawn(process.execPath, [PROCESS, root.path, JSON.stringify(host.build)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout.setEncoding('utf8'), 'data')
    const begun = performance.now()
    const ended = once(child, 'close') as Promise<[number | null, string | null]>
    if (killAfterMs !== undefined) {
      await Promise.race([pause(killAfterMs), ended])
      child.kill('SIGKILL')
    }

    const [, signal] = await ended
    return {tookMs: performance.now() - begun, wasKilled: signal === 'SIGKILL'}
  }

  it(`at ${KILLS} random moments: what starts is one of the two versions, whole, and the next update works`, async () => {
    await using untouched = await InstalledRoot.create([{version: '1.0.0'}])
    let {tookMs} = await run(untouched)
    assert.equal(await untouched.says(), 'superset/1.1.0')
    const states: string[] = []
    for (let killed = 0; killed < KILLS;) {
      const afterMs = Math.random() * tookMs
      const moment = `killed after ${afterMs.toFixed(1)} of ${tookMs.toFixed(1)} ms`
      await using root = await InstalledRoot.create([{version: '1.0.0'}])
      const ended = await run(root, afterMs)
      if (ended.wasKilled) killed++
      // A machine is not as fast at one moment as at another: the moments follow.
      tookMs = ended.wasKilled ? tookMs * 1.1 : Math.min(tookMs, ended.tookMs)
      const said = await root.says()
      assert.ok(['superset/1.0.0', 'superset/1.1.0'].includes(said), `${moment}: ${said}`)
      const versions = await root.versions()
      // Only what is whole bears the name of a version.
      if (versions.includes('1.1.0')) {
        const late = await readdir(path.join(root.path, 'versions/1.1.0/app'))
        assert.equal(late.length, FILES, moment)
      }

      states.push(`${said} ${versions.join(' ').replaceAll(/-[\da-f]{12}/g, '')}`)
      await root.update(host)
      assert.deepEqual([await root.says(), await root.versions()], ['superset/1.1.0', ['1.0.0', '1.1.0']], moment)
      assert.deepEqual(
        (await readdir(root.path)).filter((name) => name.startsWith('.')),
        [],
        moment,
      )
    }

    // Not all at one stage: before anything was written, in the middle, or after the switch.
    assert.ok(new Set(states).size > 1, `the moments were all alike: ${states[0]}`)
  })

  itInFull('while another waits for it: that one goes on, at once', async () => {
    await using root = await InstalledRoot.create([{version: '1.0.0'}])
    const archive = 'versions/1.1.0/superset-v1.1.0-linux-x64.tar.gz'
    let stalled = () => {}
    const reached = new Promise<void>((resolve) => {
      stalled = resolve
    })
    host.answers.set(archive, (_request, response) => {
      response.writeHead(200).write('x')
      stalled()
    })
    const child = spawn(process.execPath, [PROCESS, root.path, JSON.stringify(host.build)], {stdio: 'ignore'})
    await reached
    host.answers.delete(archive)
    let waits = () => {}
    const waiting = new Promise<void>((resolve) => {
      waits = resolve
    })
    const second = root.update(host, undefined, {tell: () => waits()})
    await waiting
    child.kill('SIGKILL')
    assert.equal((await second).to, '1.1.0')
    assert.deepEqual(await root.versions(), ['1.0.0', '1.1.0'])
  })
})
