import assert from 'node:assert/strict'
import {chmod, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {type Life, Stage} from './stage.ts'

/** What stands where the helper's Node should be. */
const BROKEN: Readonly<Record<string, string | undefined>> = {
  'dies at once, as with a missing library': '#!/bin/sh\nexit 127\n',
  'is killed when it has its order': '#!/bin/sh\nread -r order\nkill -9 $$\n',
  'cannot be started': undefined,
}

/** The detached refresh helper is started with `process.execPath`. */
async function withHelper(stage: Stage, script: string | undefined, work: () => Promise<void>): Promise<void> {
  const own = process.execPath
  const program = path.join(path.dirname(stage.home.homeDir), 'broken-node')
  if (script !== undefined) {
    await writeFile(program, script)
    await chmod(program, 0o755)
  }

  process.execPath = program
  try {
    await work()
  } finally {
    process.execPath = own
  }
}

describe('a refresh helper that cannot work', () => {
  for (const [name, script] of Object.entries(BROKEN)) {
    for (const storage of ['key', 'file'] as const) {
      it(`row 119: it ${name}, ${storage}: the exchange runs in this process, once`, async () => {
        await using stage = await Stage.open('expired', {storage})
        await withHelper(stage, script, async () => {
          const {exit, problem, token} = await stage.run()
          assert.deepEqual([exit, token], [0, 'access-2'], problem?.message)
          assert.deepEqual(stage.presented, ['refresh-1'])
        })
      })
    }

    it(`row 119: it ${name}: a run whose token serves succeeds`, async () => {
      const life: Life = 'valid'
      await using stage = await Stage.open(life)
      await withHelper(stage, script, async () => assert.equal((await stage.run()).exit, 0))
    })
  }

  it('row 119: it dies at once, and twenty runs wait: one of them does the work for all', async () => {
    await using stage = await Stage.open('expired')
    await withHelper(stage, '#!/bin/sh\nexit 127\n', async () => {
      const runs = await Promise.all(Array.from({length: 20}, () => stage.run()))
      assert.deepEqual(
        runs.map(({exit}) => exit),
        Array.from({length: 20}, () => 0),
      )
      assert.deepEqual(stage.presented, ['refresh-1'])
    })
  })
})
