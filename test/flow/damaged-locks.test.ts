import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {rm, stat, writeFile} from 'node:fs/promises'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {ledgerFile} from '../../packages/plugin-auth/src/ledger/ledger-file.ts'
import {isHeld, tryLock} from '../../packages/plugin-auth/src/ledger/lock.ts'
import {mendLocks} from '../../packages/plugin-auth/src/ledger/mend-locks.ts'
import {tokenLocks} from '../../packages/plugin-auth/src/ledger/token-locks.ts'
import {lockFile} from '../../packages/plugin-auth/src/files/layout.ts'
import {digestOf} from '../../packages/plugin-auth/src/token-digest.ts'
import {Stage} from './stage.ts'

const locksOf = ({home}: Stage) => ({
  ...tokenLocks(home.homeDir, {digest: digestOf('refresh-1')}),
  config: lockFile(home.homeDir),
})

const DAMAGES: Readonly<Record<string, (file: string) => Promise<void>>> = {
  'holds rubbish': (file) => writeFile(file, 'rubbish '.repeat(500), {mode: 0o600}),
  'is a FIFO': async (file) => {
    await rm(file, {force: true})
    execFileSync('mkfifo', ['-m', '600', file])
  },
}

describe('a lock file that is none any more', () => {
  for (const [name, damage] of Object.entries(DAMAGES)) {
    for (const which of ['electing', 'refreshing'] as const) {
      it(`the ${which} lock ${name}: nothing is sent unguarded, doctor says so, doctor --fix mends it`, async () => {
        await using stage = await Stage.open('expired')
        {
          using _made = await tryLock(locksOf(stage)[which])
        }

        await damage(locksOf(stage)[which])
        const {exit, problem} = await stage.run()
        assert.deepEqual([exit, problem?.code], [74, 'LEDGER_UNUSABLE'])
        if (name === 'holds rubbish') assert.deepEqual(problem?.suggestions, ['Run `superset doctor --fix`.'])
        assert.deepEqual(stage.presented, [])
        const provider = new AuthProvider()
        const before = (await provider.diagnose(stage.request())).find((check) => check.name === 'locks')
        assert.deepEqual([before?.outcome, before?.suggestions], ['fail', ['Run `superset doctor --fix`.']])
        assert.deepEqual(await provider.repair(stage.request()), [`${locksOf(stage)[which]}: made a lock file again`])
        assert.deepEqual(await provider.repair(stage.request()), [])
        assert.equal((await stage.run()).token, 'access-2')
      })
    }

    it(`a lock ${name}: signing out is possible all the same, and nothing is sent`, async () => {
      await using stage = await Stage.open('valid')
      {
        using _made = await tryLock(locksOf(stage).refreshing)
      }

      await damage(locksOf(stage).refreshing)
      const {signedOut, revocation} = await new AuthProvider().logout(stage.request())
      assert.deepEqual([signedOut, revocation], [true, 'not-sent'])
      assert.deepEqual(stage.revoked, [])
      assert.equal(await stage.store.head(), undefined)
    })
  }

  it('the lock of config.json holds rubbish: signing out says what mends it, and then it is possible', async () => {
    await using stage = await Stage.open('valid', {storage: 'file'})
    const {config} = locksOf(stage)
    await DAMAGES['holds rubbish']?.(config)
    const provider = new AuthProvider()
    await assert.rejects(provider.logout(stage.request()), {suggestions: ['Run `superset doctor --fix`.']})
    assert.deepEqual(await provider.repair(stage.request()), [`${config}: made a lock file again`])
    assert.equal((await provider.logout(stage.request())).revocation, 'revoked')
  })

  it('one that is held while it is mended stays held', async () => {
    await using stage = await Stage.open('valid')
    const {refreshing} = locksOf(stage)
    using held = await tryLock(refreshing)
    assert.ok(held)
    // In another process, for closing a file drops the locks of the process that has it open.
    const program = `
      const {writeFileSync} = await import('node:fs')
      writeFileSync(${JSON.stringify(refreshing)}, 'rubbish')
      const {mendLocks} = await import(${JSON.stringify(new URL('../../packages/plugin-auth/src/ledger/mend-locks.ts', import.meta.url).href)})
      if ((await mendLocks(${JSON.stringify(stage.home.homeDir)}, 1)).length !== 1) process.exit(1)`
    execFileSync(process.execPath, ['--input-type=module', '-e', program])
    assert.equal((await stat(refreshing)).size, 0)
    assert.ok(await isHeld(refreshing))
  })

  it('is looked for where nobody has ever signed in', async () => {
    assert.deepEqual(await mendLocks('/nowhere', 1), [])
  })

  it('a ledger that cannot be opened keeps nobody from signing out', async () => {
    await using stage = await Stage.open('valid')
    execFileSync('mkfifo', ['-m', '600', ledgerFile(stage.home.homeDir)])
    const {signedOut, revocation} = await new AuthProvider().logout(stage.request())
    assert.deepEqual([signedOut, revocation, stage.revoked], [true, 'not-sent', []])
  })
})
