import assert from 'node:assert/strict'
import {execFile, spawnSync} from 'node:child_process'
import {chmodSync, chownSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {isHeld, takeLock, tryLock} from '../../src/ledger/lock.ts'
import {sweepLocks} from '../../src/ledger/sweep-locks.ts'
import {locksFolder, tokenLocks} from '../../src/ledger/token-locks.ts'
import {skip} from '../../../../test/support/skip.ts'
import {tempHome, type TempHome} from '../support/temp-home.ts'

const run = promisify(execFile)
const script = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url))
const NOBODY = 65_534

describe('a lock between processes', () => {
  let home: TempHome
  beforeEach(async () => {
    home = await tempHome()
    mkdirSync(home.homeDir, {mode: 0o700})
  })
  afterEach(() => home[Symbol.asyncDispose]())

  it('is held by one at a time, also while its file is deleted again and again', async () => {
    const args = [script('contend-for-lock.ts'), home.homeDir, 'digest', '40']
    const found = await Promise.all([1, 2, 3].map(() => run(process.execPath, args)))
    assert.deepEqual(
      found.map(({stdout}) => stdout),
      ['0', '0', '0'],
    )
  })

  it('is taken when its holder lets go, and not before', async () => {
    const {electing} = tokenLocks(home.homeDir, {digest: 'digest'})
    const held = await tryLock(electing)
    assert.ok(held)
    assert.equal(await takeLock(electing, 30), undefined)
    assert.ok(await isHeld(electing))
    setTimeout(() => held[Symbol.dispose](), 30)
    using taken = await takeLock(electing, 60_000)
    assert.ok(taken)
  })

  it('lock files of tokens that nobody asks about go away after a day, others and held ones stay', async () => {
    const old = tokenLocks(home.homeDir, {digest: 'old'})
    const used = tokenLocks(home.homeDir, {digest: 'used'})
    const fresh = tokenLocks(home.homeDir, {digest: 'fresh'})
    const others = path.join(locksFolder(home.homeDir), 'default.signing-in')
    for (const file of [old.electing, old.refreshing, used.refreshing, fresh.refreshing, others]) {
      using _made = await tryLock(file)
    }

    for (const file of [old.electing, old.refreshing, used.refreshing, others]) utimesSync(file, 0, 0)
    using _held = await tryLock(used.refreshing)
    await sweepLocks(home.homeDir, Date.now())
    assert.deepEqual(
      readdirSync(locksFolder(home.homeDir)).toSorted(),
      ['default.signing-in', 'fresh.refreshing', 'used.refreshing'].toSorted(),
    )
  })

  it('nobody gets one whose file cannot be written: two would', async function () {
    if (process.getuid?.() !== 0 || !existsSync('/dev/shm')) skip(this, 'only root can become another user')
    // Others cannot come to the folder for temporary files.
    await using reachable = await tempHome('default', '/dev/shm')
    const {homeDir} = reachable
    const file = path.join(homeDir, 'identity', 'config.lock')
    mkdirSync(path.dirname(file), {recursive: true})
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    for (const place of [path.dirname(homeDir), homeDir, path.dirname(file), file]) chownSync(place, NOBODY, NOBODY)
    const lock = new URL('../../src/files/config-lock.ts', import.meta.url).href
    const program = `
      // First, and whole: others may be unable to enter the folder that this repository lies in.
      const {withConfigLock} = await import(${JSON.stringify(lock)})
      process.setgid(${NOBODY})
      process.setuid(${NOBODY})
      const found = await withConfigLock(${JSON.stringify(homeDir)}, false, async () => 'inside').catch((error) => error)
      process.stdout.write(JSON.stringify({code: found.code, suggestions: found.suggestions}))`
    const {stdout, stderr} = spawnSync(process.execPath, ['--input-type=module', '-e', program], {encoding: 'utf8'})
    assert.deepEqual(
      JSON.parse(stdout || '{}'),
      {code: 'STORE_UNSAFE', suggestions: ['Run `superset doctor --fix`.']},
      stderr,
    )
  })
})
