import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {chmod, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {Ledger} from '../../packages/plugin-auth/src/ledger/ledger.ts'
import {ledgerFile} from '../../packages/plugin-auth/src/ledger/ledger-file.ts'
import {plainFile, recordName, sessionFolder} from '../../packages/plugin-auth/src/files/layout.ts'
import {smallDisk, type SmallDisk} from '../../packages/plugin-auth/test/support/small-disk.ts'
import {skip} from '../support/skip.ts'
import {json, type Life, rotate, Stage, type TokenAnswer} from './stage.ts'

const LIVES: readonly Life[] = ['valid', 'expired']

describe('storage that cannot be used', () => {
  const recordOf = (stage: Stage): string =>
    path.join(sessionFolder(stage.home.homeDir, stage.store.sessionId), recordName(1))

  describe('a disk of its own', () => {
    let disk: SmallDisk
    beforeEach(function () {
      const made = smallDisk(2048)
      if (typeof made === 'string') skip(this, made)
      disk = made
    })
    afterEach(() => disk?.[Symbol.dispose]())

    const onDisk = (life: Life, answer: TokenAnswer = rotate) =>
      Stage.open(life, {answer, homeDir: path.join(disk.root, '.superset')})

    async function fill(): Promise<void> {
      // In ever smaller pieces, down to the last block.
      for (const size of [65_536, 4096, 1]) {
        for (let number = 0; ; number++) {
          try {
            await writeFile(path.join(disk.root, `fill-${size}-${number}`), randomBytes(size))
          } catch {
            await rm(path.join(disk.root, `fill-${size}-${number}`), {force: true})
            break
          }
        }
      }
    }

    for (const life of LIVES) {
      it(`row 56: read-only, ${life} token: exit ${life === 'valid' ? 0 : 74}, nothing is sent`, async () => {
        await using stage = await onDisk(life)
        disk.setReadOnly(true)
        const {exit, problem, token} = await stage.run()
        disk.setReadOnly(false)
        assert.deepEqual(stage.presented, [])
        if (life === 'valid') return assert.deepEqual([exit, token], [0, 'access-1'])
        assert.deepEqual([exit, problem?.code], [74, 'STORE_READ_ONLY'])
        assert.match(problem?.message ?? '', /^Cannot save credentials in .* \(read-only\); not refreshing\.$/)
        assert.equal((await stage.run()).token, 'access-2', 'and all is well when it can be written again')
      })

      it(`row 57: no space, ${life} token: exit ${life === 'valid' ? 0 : 74}, nothing is sent`, async () => {
        await using stage = await onDisk(life)
        await fill()
        const {exit, problem, token} = await stage.run()
        assert.deepEqual(stage.presented, [])
        if (life === 'valid') return assert.deepEqual([exit, token], [0, 'access-1'])
        assert.deepEqual([exit, problem?.code], [74, 'STORE_FULL'])
        assert.match(problem?.message ?? '', /^No space to save credentials in .*; not refreshing\.$/)
      })
    }
  })

  for (const [storage, life] of [...LIVES.map((each) => ['key', each] as const), ['file', 'expired'] as const]) {
    it(`row 58: the home closes after the request was sent, ${storage}, ${life} token: kept elsewhere, told, brought home`, async function () {
      const closed: Disposable[] = []
      const answer: TokenAnswer = async (response, token, stage) => {
        const made = closedPlace(storage === 'key' ? path.dirname(recordOf(stage)) : plainFile(stage.home.place))
        if (typeof made !== 'string') closed.push(made)
        await (typeof made === 'string' ? json(503, {}) : rotate)(response, token, stage)
      }

      // The refuge is one for all homes of a user: plain text is found there by the tokens that it replaced.
      const tokens = storage === 'file' ? {accessToken: `access-0 ${randomBytes(8).toString('hex')}`} : {}
      await using stage = await Stage.open(life, {answer, storage, tokens})
      const {exit, problem, told} = await stage.run()
      const [place] = closed
      if (!place) skip(this, 'nothing can be mounted here')
      try {
        assert.equal(exit, 0, problem?.message)
        assert.equal((await stage.stored()).accessToken, 'access-2', 'nothing is lost')
        const keptIn = (await stage.store.head())?.keptIn
        assert.ok(keptIn, 'it is kept in another place')
        assert.match(told.join('\n'), /^Refreshed but could not save in .*; kept in .*`superset doctor --fix`\.$/m)
        assert.ok(told.some((line) => line.includes(keptIn)))
        for (const name of await readdir(keptIn))
          assert.equal((await readFile(path.join(keptIn, name), 'latin1')).includes('access-2'), false, 'sealed')
        assert.equal((await stage.run()).token, 'access-2', 'and used meanwhile')
        const {notes} = await new AuthProvider().describe(stage.request())
        assert.match(notes.join('\n'), /kept in .*`superset doctor --fix` brings it back/)
      } finally {
        place[Symbol.dispose]()
      }

      assert.match((await new AuthProvider().repair(stage.request())).join('\n'), /brought back to/)
      assert.equal((await stage.store.head())?.keptIn, undefined)
      assert.equal((await stage.run()).token, 'access-2')
      assert.deepEqual(stage.presented, ['refresh-1'])
    })
  }

  it('row 59: a damaged record: exit 74, copied aside, kept as it is, and nothing is sent', async () => {
    await using stage = await Stage.open('expired')
    const file = recordOf(stage)
    const bytes = await readFile(file)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(file, bytes)
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code], [74, 'STORE_DAMAGED'])
    assert.match(problem?.message ?? '', /a copy is in /)
    assert.match(problem?.suggestions.join() ?? '', /superset auth login/)
    assert.deepEqual(await readFile(file), bytes)
    assert.deepEqual(await Promise.all((await stage.quarantined()).map((copy) => readFile(copy))), [bytes])
    assert.deepEqual(stage.presented, [])
  })

  it('row 59b: another key: exit 78, its source is named, the record is untouched, nothing is sent', async () => {
    for (const life of LIVES) {
      await using stage = await Stage.open(life)
      const before = await stage.records()
      const own = stage.storageKey
      stage.storageKey = randomBytes(32).toString('hex')
      const {exit, problem} = await stage.run()
      assert.deepEqual([exit, problem?.code], [78, 'STORE_OTHER_KEY'])
      assert.equal(problem?.message, 'This session was sealed with another key than the one from SUPERSET_STORAGE_KEY.')
      assert.deepEqual(await stage.records(), before)
      assert.deepEqual(stage.presented, [])
      stage.storageKey = own
      assert.equal((await stage.run()).exit, 0)
    }
  })

  for (const life of LIVES) {
    it(`row 60: the ledger is of a newer version, ${life} token: exit ${life === 'valid' ? 0 : 78}`, async () => {
      await using stage = await Stage.open(life)
      ;(await Ledger.open(stage.home.homeDir))[Symbol.dispose]()
      const database = new DatabaseSync(ledgerFile(stage.home.homeDir))
      database.exec('PRAGMA user_version = 99')
      database.close()
      const before = await readFile(ledgerFile(stage.home.homeDir))
      const {exit, problem, token} = await stage.run()
      if (life === 'valid') assert.deepEqual([exit, token], [0, 'access-1'])
      else assert.deepEqual([exit, problem?.code], [78, 'STORE_NEWER_VERSION'])
      assert.deepEqual(await readFile(ledgerFile(stage.home.homeDir)), before, 'never rewritten')
      assert.deepEqual(stage.presented, [])
    })
  }

  it('row 60: a record of a newer version: exit 78, never rewritten, nothing is sent', async () => {
    await using stage = await Stage.open('expired')
    const content = '{"format":2,"whatever":true}\n'
    await writeFile(recordOf(stage), content)
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code], [78, 'STORE_NEWER_VERSION'])
    assert.match(problem?.message ?? '', /newer version/)
    assert.equal(await readFile(recordOf(stage), 'utf8'), content)
    assert.deepEqual(stage.presented, [])
  })

  it('row 61: a record that others can read: exit 74, until doctor --fix has closed it', async () => {
    await using stage = await Stage.open('expired')
    await chmod(recordOf(stage), 0o644)
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code], [74, 'STORE_UNSAFE'])
    assert.equal(problem?.message, `${recordOf(stage)} is readable by others (0644).`)
    assert.deepEqual(problem.suggestions, ['Run `superset doctor --fix`.'])
    assert.deepEqual(stage.presented, [])
    const [done = ''] = await new AuthProvider().repair(stage.request())
    assert.match(done, /0644 to 0600$/)
    assert.equal((await stat(recordOf(stage))).mode & 0o777, 0o600)
    assert.equal((await stage.run()).token, 'access-2')
  })
})

/** Nothing can be written there any more, by whomever. @returns why that cannot be brought about here, as text */
function closedPlace(place: string): Disposable | string {
  const mount = (...args: string[]): void => void execFileSync('mount', args, {stdio: 'pipe'})
  try {
    mount('--bind', place, place)
  } catch (error) {
    return String(error)
  }

  mount('-o', 'remount,bind,ro', place)
  return {[Symbol.dispose]: () => void execFileSync('umount', [place])}
}
