import assert from 'node:assert/strict'
import {watch} from 'node:fs'
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {measureSlowness} from '../../../identity/src/conformance/slowness.ts'
import {findProgram} from '../../src/program/find.ts'
import {type ProgramOrder, runProgram} from '../../src/program/run.ts'
import {COMMAND} from '../support/command.ts'

function order(args: readonly string[], more: Partial<ProgramOrder> = {}): ProgramOrder {
  return {
    file: process.execPath,
    args: [COMMAND, ...args],
    env: {},
    attended: false,
    stdout: 'read',
    stderr: 'ignore',
    deadlineMs: 20_000,
    graceMs: 50,
    ...more,
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('running a credential command', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'superset-command-'))))
  after(() => rm(folder, {recursive: true, force: true}))

  it('gives what it printed, without a shell in between', async () => {
    const text = '$(id) "; exit 3 # ü'
    assert.deepEqual(await runProgram(order(['say', text])), {kind: 'exited', code: 0, output: text})
  })

  it('gives its exit code', async () => {
    const end = await runProgram(order(['exit', '4']))
    assert.deepEqual([end.kind, end.kind === 'exited' && end.code], ['exited', 4])
  })

  it('says which signal ended it', async () => {
    assert.deepEqual(await runProgram(order(['kill'])), {kind: 'killed', signal: 'SIGKILL'})
  })

  it('that prints without end is stopped', async () => {
    assert.deepEqual(await runProgram(order(['flood'])), {kind: 'too-much'})
  })

  it('that leaves something behind, which holds its output, is not waited for', async () => {
    const end = await runProgram(order(['leave']))
    assert.equal(end.kind, 'exited')
    const {token} = JSON.parse(end.output) as {token: string}
    assert.ok(isAlive(Number(token)), 'what it left behind was stopped')
    process.kill(Number(token))
  })

  it('that hangs is ended at its deadline, whole, also where it does not want to', async () => {
    const file = path.join(folder, 'pids')
    const end = await runProgram(order(['hang', file], {deadlineMs: 4000 * (await measureSlowness())}))
    assert.deepEqual(end, {kind: 'late'})
    const pids = (await readFile(file, 'utf8')).split(' ').map(Number)
    assert.equal(pids.length, 2)
    for (const pid of pids) assert.ok(await ends(pid), `${pid} lives on`)
  })

  it('is ended, whole, when this process is to end', async () => {
    const file = path.join(folder, 'pids-of-interrupted')
    const written = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_event, name) => {
        if (name !== path.basename(file)) return
        watcher.close()
        resolve()
      })
    })
    const running = runProgram(order(['hang', file]))
    await written
    process.kill(process.pid, 'SIGTERM')
    assert.deepEqual(await running, {kind: 'interrupted', signal: 'SIGTERM'})
    for (const pid of (await readFile(file, 'utf8')).split(' ').map(Number)) assert.ok(await ends(pid))
    assert.equal(process.listenerCount('SIGTERM'), 0)
  })

  it('that cannot be started says why', async () => {
    const script = path.join(folder, 'no-interpreter')
    await writeFile(script, '#!/no/such/interpreter\n', {mode: 0o700})
    assert.deepEqual(await runProgram(order([], {file: script})), {kind: 'not-started', code: 'ENOENT'})
  })
})

/** A killed process is there until its parent has taken note; the parent may be init. */
async function ends(pid: number): Promise<boolean> {
  while (isAlive(pid)) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
    if (/\) Z/.test(state)) return true
    await sleep(10)
  }

  return true
}

describe('finding a credential command', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'superset-command-'))
    for (const name of ['one', 'two']) await mkdir(path.join(folder, name))
    await writeFile(path.join(folder, 'one', 'token'), '')
    await chmod(path.join(folder, 'one', 'token'), 0o600)
    await mkdir(path.join(folder, 'one', 'folder'))
    await writeFile(path.join(folder, 'two', 'token'), '', {mode: 0o700})
  })
  after(() => rm(folder, {recursive: true, force: true}))

  const at = (...parts: string[]) => path.join(folder, ...parts)

  it('takes the first in PATH that can be executed', async () => {
    const folders = [at('none'), at('one'), at('two')]
    assert.deepEqual(await findProgram('token', folders), {kind: 'found', file: at('two', 'token')})
    assert.deepEqual(await findProgram(at('two', 'token'), []), {kind: 'found', file: at('two', 'token')})
  })

  it('tells what is not there from what cannot be executed', async () => {
    assert.deepEqual(await findProgram('token', [at('none')]), {kind: 'missing'})
    assert.deepEqual(await findProgram(at('none'), [at('two')]), {kind: 'missing'})
    assert.deepEqual(await findProgram('token', [at('one')]), {kind: 'not-executable', file: at('one', 'token')})
    assert.deepEqual(await findProgram('folder', [at('one')]), {kind: 'not-executable', file: at('one', 'folder')})
  })
})
