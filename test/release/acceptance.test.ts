import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {text} from 'node:stream/consumers'
import {pathToFileURL} from 'node:url'
import {extract} from 'tar'
import {packForTest, ROOT} from '../support/packing.ts'

/** What another Node, another folder and an empty PATH could change: processes that it starts, and a library that it loads. */
const FILES = ['api-key', 'parallel-refresh', 'kill-during-refresh', 'keyring'].map(
  (name) => `test/acceptance/${name}.test.ts`,
)

describe('a packed superset, with its own Node and an empty PATH', () => {
  let base: string
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'packed-'))
    const packed = await packForTest(base, {level: 0})
    await extract({file: path.join(base, packed.file), cwd: base, strict: true})
  })
  after(() => rm(base, {recursive: true, force: true}))

  it('passes the acceptance tests of signing in, of refreshing in parallel, of kills and of the keyring', async () => {
    const browser = path.join(base, 'approve.js')
    const approve = pathToFileURL(path.join(ROOT, 'packages/foreign-issuer/bin/approve.js')).href
    await writeFile(browser, `#!${process.execPath}\nimport('${approve}')\n`, {mode: 0o755})
    const child = spawn(process.execPath, ['test/run.js', ...FILES], {
      cwd: ROOT,
      env: {...process.env, PACKED_SUPERSET: path.join(base, 'superset/bin/superset'), PACKED_BROWSER: browser},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    assert.match(output, /^[1-9]\d* passed, 0 failed(?:, \d+ skipped)?$/m, `${output}${complaints}`)
    assert.equal(child.exitCode, 0)
  })
})
