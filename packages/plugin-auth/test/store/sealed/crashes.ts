import assert from 'node:assert/strict'
import {spawn, type ChildProcessByStdio} from 'node:child_process'
import {once} from 'node:events'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

import type {SessionStore} from '../../../src/model.ts'
import {commit} from '../../../src/store/commit.ts'
import {sessionFolder} from '../../../src/files/layout.ts'
import {bindingFor, newKeys, tokensFor} from '../../support/sessions.ts'
import {tempHome, type TempHome} from '../../support/temp-home.ts'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

function run(script: string, args: readonly string[]): {child: Child; output: () => string; ended: Promise<unknown>} {
  const path = fileURLToPath(new URL(`../../support/${script}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {stdio: ['pipe', 'pipe', 'pipe']})
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = once(child, 'close').then(() => assert.equal(errors, ''))
  return {child, output: () => text, ended}
}

/** Also not in what killed savers left behind. */
async function assertNoTokenIn(folder: string, names: readonly string[]): Promise<void> {
  const {accessToken, refreshToken = ''} = tokensFor('7')
  const parts = [accessToken.slice(0, 7), refreshToken.slice(0, 8), 'x'.repeat(16)]
  const needles = parts.flatMap((part) =>
    [0, 1, 2].map((skip) => Buffer.from(part.slice(skip)).toString('base64').slice(0, 6)),
  )
  const find = (content: Buffer) => [...parts, ...needles].filter((needle) => content.includes(needle))
  const planted = join(folder, 'planted')
  await writeFile(planted, JSON.stringify({accessToken, refreshToken}))
  assert.equal(find(await readFile(planted)).length, 2, 'the search finds a planted token')
  for (const name of names) assert.deepEqual(find(await readFile(join(folder, name))), [], name)
}

/** @param kills with few of them, none may hit a save half-way */
export function describeCrashes({savers, kills}: {readonly savers: number; readonly kills: number}): void {
  describe('the sealed store, against processes that die', () => {
    let home: TempHome
    let store: SessionStore
    let args: readonly [string, string]
    const keys = newKeys()

    beforeEach(async () => {
      home = await tempHome()
      store = await commit(home.place, 'key', bindingFor(), {kind: 'oauth', tokens: tokensFor('1')}, keys)
      const {handle, key} = await store.handoff()
      const keyFile = join(home.homeDir, 'key')
      await writeFile(keyFile, key ?? '', {mode: 0o600})
      args = [JSON.stringify(handle), keyFile]
    })
    afterEach(() => home[Symbol.asyncDispose]())

    it(`row 62: of ${savers} processes that save one successor at once exactly one does`, async () => {
      const all = Array.from({length: savers}, () => run('save-once.ts', args))
      await Promise.all(all.map(({child}) => once(child.stdout, 'data')))
      for (const {child} of all) child.stdin.end()
      await Promise.all(all.map(({ended}) => ended))
      const outcomes = all.map(({output}) => output().split('\n')[1])
      assert.equal(outcomes.filter((outcome) => outcome === 'saved').length, 1, outcomes.join())
      assert.equal(outcomes.filter((outcome) => outcome === 'superseded').length, savers - 1, outcomes.join())
    })

    it(`kill -9 at ${kills} random moments never loses what was saved nor leaves half a record`, async () => {
      let reads = 0
      for (let kill = 0; kill < kills; kill++) {
        const saver = run('save-forever.ts', args)
        await once(saver.child.stdout, 'data')
        const killed = delay(Math.random() * 25).then(() => saver.child.kill('SIGKILL'))
        // A reader beside it sees whole records only, however fast they follow each other.
        while (saver.child.exitCode === null && !saver.child.killed) {
          assert.ok(await store.read())
          reads++
          await delay(1)
        }

        await killed
        await saver.ended
        const promised = Number(saver.output().trim().split('\n').at(-1))
        const found = await store.read()
        const sequence = Number(found?.generation.sequence)
        assert.ok(sequence === promised || sequence === promised + 1, `${sequence} after ${promised}`)
        assert.deepEqual(found?.credential, {kind: 'oauth', tokens: tokensFor(`${sequence}-${'x'.repeat(20_000)}`)})
      }

      assert.ok(reads >= kills)
      const names = await readdir(sessionFolder(home.homeDir, store.sessionId))
      const left = names.filter((name) => name.endsWith('.tmp'))
      assert.ok(left.length > 0 || kills < 100, 'at least one kill hit a save half-way')
      assert.ok(names.length - left.length <= 3)
      await assertNoTokenIn(sessionFolder(home.homeDir, store.sessionId), names)
    })
  })
}
