import assert from 'node:assert/strict'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {Ledger} from '../../packages/plugin-auth/src/ledger/ledger.ts'
import {ledgerFile} from '../../packages/plugin-auth/src/ledger/ledger-file.ts'
import {quarantineFolder} from '../../packages/plugin-auth/src/files/layout.ts'
import {Stage, type Life, type StageOptions} from './stage.ts'

/** How a ledger can come to harm. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'not a database': () => Buffer.from('{"ledger": false}\n'.repeat(300)),
  'cut off': (bytes) => bytes.subarray(0, 5000),
  'overwritten inside': (bytes) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xa5)]),
}

async function openDamaged(life: Life, damage: (bytes: Buffer) => Buffer, options: StageOptions = {}): Promise<Stage> {
  const stage = await Stage.open(life, options)
  ;(await Ledger.open(stage.home.homeDir))[Symbol.dispose]()
  const file = ledgerFile(stage.home.homeDir)
  await mkdir(path.dirname(file), {recursive: true})
  await writeFile(file, damage(await readFile(file)))
  return stage
}

const asideIn = async ({home}: Stage) =>
  (await readdir(quarantineFolder(home.homeDir))).filter((name) => name.endsWith('ledger.db'))

describe('a ledger that is damaged', () => {
  for (const [name, damage] of Object.entries(DAMAGES)) {
    it(`${name}: a valid token serves; it is set aside; nothing of before is presented, and the true reason is told`, async () => {
      await using stage = await openDamaged('valid', damage)
      const damaged = await readFile(ledgerFile(stage.home.homeDir))
      const {exit, token} = await stage.run()
      assert.deepEqual([exit, token], [0, 'access-1'])
      const [aside = ''] = await asideIn(stage)
      assert.deepEqual(await readFile(path.join(quarantineFolder(stage.home.homeDir), aside)), damaged)
      await using expired = await openDamaged('expired', damage)
      for (const {exit: code, problem} of [await expired.run(), await expired.run()]) {
        assert.deepEqual([code, problem?.code], [4, 'AUTH_INTERRUPTED'])
        assert.match(problem?.message ?? '', /^The record of earlier refreshes was damaged; /)
        assert.match(problem?.suggestions.join(' ') ?? '', /auth login.*auth refresh --replay/)
      }

      assert.equal((await asideIn(expired)).length, 1)
      assert.deepEqual([stage.presented, expired.presented], [[], []])
    })
  }

  const [damage] = Object.values(DAMAGES)
  assert.ok(damage)

  it('is no matter for a session that begins afterwards, nor where a replay ends no other session', async () => {
    await using stage = await openDamaged('expired', damage)
    assert.equal((await stage.run()).exit, 4)
    stage.store = await stage.signIn('default', 'expired', {tokens: {receivedAt: Date.now() + 1}})
    assert.equal((await stage.run()).token, 'access-2')
    await using lenient = await openDamaged('expired', damage, {binding: () => ({replayPolicy: 'session'})})
    assert.equal((await lenient.run()).token, 'access-2')
  })

  it('keeps nobody from signing out: here it ends, and nothing is sent of what may be spent', async () => {
    await using stage = await openDamaged('valid', damage)
    const {signedOut, revocation, reason} = await new AuthProvider().logout(stage.request())
    assert.deepEqual([signedOut, revocation], [true, 'not-sent'])
    assert.match(reason ?? '', /damaged/)
    assert.deepEqual(stage.revoked, [])
  })

  it('is set aside once by eight runs at the same moment', async () => {
    await using stage = await openDamaged('valid', damage)
    const runs = await Promise.all(Array.from({length: 8}, () => stage.run()))
    assert.deepEqual(new Set(runs.map(({exit}) => exit)), new Set([0]))
    assert.equal((await asideIn(stage)).length, 1)
    assert.deepEqual(stage.presented, [])
  })

  it('is told by doctor, and set aside only by doctor --fix, which says so', async () => {
    await using stage = await openDamaged('valid', damage)
    const damaged = await readFile(ledgerFile(stage.home.homeDir))
    const told = (await new AuthProvider().diagnose(stage.request())).find(({name}) => name === 'ledger')
    assert.deepEqual(told, {
      name: 'ledger',
      outcome: 'fail',
      message: `${ledgerFile(stage.home.homeDir)} is damaged.`,
      suggestions: ['Run `superset doctor --fix`, which sets it aside.'],
    })
    assert.deepEqual(await readFile(ledgerFile(stage.home.homeDir)), damaged)
    const done = await new AuthProvider().repair(stage.request())
    assert.deepEqual(done, [`${ledgerFile(stage.home.homeDir)}: damaged; set aside`])
    assert.deepEqual(await new AuthProvider().repair(stage.request()), [])
  })
})
