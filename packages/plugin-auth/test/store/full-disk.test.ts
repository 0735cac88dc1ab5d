import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {skip} from '../../../../test/support/skip.ts'
import type {Generation, SessionStore} from '../../src/model.ts'
import {commit} from '../../src/store/commit.ts'
import {plainFile, type Place} from '../../src/files/layout.ts'
import {probe} from '../../src/store/probe.ts'
import {repair} from '../../src/store/repair.ts'
import type {SealedHead} from '../../src/store/sealed/store.ts'
import {problemOf} from '../support/problems.ts'
import {bindingFor, newKeys, tokensFor} from '../support/sessions.ts'
import {smallDisk, type SmallDisk} from '../support/small-disk.ts'

const big = (name: string) => tokensFor(name, {accessToken: `${name}${'x'.repeat(64_000)}`})

describe('stores on a disk that is full or read-only', () => {
  let mounted: SmallDisk | undefined
  let disk: SmallDisk
  let place: Place
  const keys = newKeys()

  beforeEach(function () {
    const made = smallDisk(1024)
    if (typeof made === 'string') return skip(this, made)

    mounted = made
    disk = made
    place = {homeDir: join(disk.root, '.superset'), profile: 'default'}
  })
  afterEach(() => mounted?.[Symbol.dispose]())

  const fill = async (): Promise<void> => {
    for (const size of [65_536, 4096]) {
      for (let at = 0; ; at++) {
        try {
          await writeFile(join(disk.root, `ballast-${size}-${at}`), randomBytes(size))
        } catch {
          break
        }
      }
    }
  }

  const signIn = (storage: 'file' | 'key'): Promise<SessionStore> =>
    commit(place, storage, bindingFor(), {kind: 'oauth', tokens: big('1')}, keys)

  for (const storage of ['key', 'file'] as const) {
    it(`row 57 (${storage}): says before a token is spent that there is no space`, async () => {
      const store = await signIn(storage)
      await fill()
      const problem = await problemOf(store.preflight(), 'STORE_FULL')
      assert.equal(problem.exit, 74)
      assert.match(problem.message, /^No space to save credentials in .*; not refreshing\.$/)
      assert.ok(await store.read(), 'the stored session is still readable')
    })

    it(`row 57 (${storage}): a reservation keeps its space when the disk fills up afterwards`, async () => {
      const store = await signIn(storage)
      const before = await store.read()
      assert.ok(before)
      await using _ = await store.preflight()
      await fill()
      assert.equal((await store.save(before.generation, big('2'))).outcome, 'saved')
      const after = await store.read()
      assert.ok(after?.credential.kind === 'oauth')
      assert.equal(after.credential.tokens.accessToken, big('2').accessToken)
    })

    it(`row 56 (${storage}): says before a token is spent that the folder is read-only`, async () => {
      const store = await signIn(storage)
      disk.setReadOnly(true)
      const problem = await problemOf(store.preflight(), 'STORE_READ_ONLY')
      assert.match(problem.message, /\(read-only\); not refreshing\.$/)
      assert.ok(await store.read(), 'the stored session is still readable')
      await problemOf(store.forget(), 'STORE_READ_ONLY')
      disk.setReadOnly(false)
    })
  }

  it('rows 56, 57: a sign-in is refused before the browser opens', async () => {
    await probe('key', place, keys)
    await probe('file', place, keys)
    await fill()
    await problemOf(probe('key', place, keys), 'STORE_FULL')
    disk.setReadOnly(true)
    assert.match((await problemOf(probe('file', place, keys), 'STORE_READ_ONLY')).message, /\(read-only\)\.$/)
    disk.setReadOnly(false)
  })

  it('row 58: what cannot be saved at home is kept sealed elsewhere, found again, and brought back', async () => {
    const store = await signIn('key')
    const before = await store.read()
    assert.ok(before)
    disk.setReadOnly(true)
    assert.equal((await store.save(before.generation, big('2'))).outcome, 'saved')
    const head = (await store.head()) as SealedHead
    assert.ok(head.keptIn)
    assert.deepEqual((await store.read())?.credential, {kind: 'oauth', tokens: big('2')})
    const [name = ''] = await readdir(head.keptIn)
    assert.equal((await readFile(join(head.keptIn, name))).includes('xxxxx'), false)
    disk.setReadOnly(false)
    assert.equal((await repair(place.homeDir, keys)).done.length, 1)
    assert.equal(((await store.head()) as SealedHead).keptIn, undefined)
    assert.deepEqual((await store.read())?.credential, {kind: 'oauth', tokens: big('2')})
    assert.deepEqual(await readdir(head.keptIn), [])
    await rm(head.keptIn, {recursive: true})
  })

  it('row 58 (file): plain text that cannot be saved at home is kept sealed under what it replaced, and brought back', async () => {
    const store = await signIn('file')
    const before = await store.read()
    assert.ok(before)
    const replace = async (generation: Generation, name: string) => {
      await using _ = await store.preflight()
      const file = plainFile(place)
      execFileSync('mount', ['--bind', file, file])
      try {
        return await store.save(generation, big(name))
      } finally {
        execFileSync('umount', [file])
      }
    }

    const saved = await replace(before.generation, '2')
    assert.ok(saved.outcome === 'saved')
    const {keptIn} = (await store.head()) ?? assert.fail()
    assert.ok(keptIn)
    const opened = async () => {
      const stored = await store.read()
      assert.ok(stored?.credential.kind === 'oauth')
      return [stored.credential.tokens.accessToken, stored.credential.tokens.refreshToken, stored.binding.issuer]
    }

    assert.deepEqual(await opened(), [big('2').accessToken, 'refresh-2', bindingFor().issuer])
    assert.deepEqual((await store.read())?.generation, saved.generation)
    const names = await readdir(keptIn)
    assert.equal((await readFile(join(keptIn, names[0] ?? ''))).includes('xxxxx'), false, 'sealed')
    assert.equal((await stat(join(keptIn, names[0] ?? ''))).mode & 0o777, 0o600)
    assert.equal(
      (await replace(before.generation, '9')).outcome,
      'superseded',
      'what was replaced is not replaced again',
    )
    const third = await replace(saved.generation, '3')
    assert.equal(third.outcome, 'saved', 'a second refresh in a row')
    assert.deepEqual((await opened())[1], 'refresh-3')
    assert.equal((await repair(place.homeDir, keys)).done.length, 1)
    assert.equal((await store.head())?.keptIn, undefined)
    assert.deepEqual(await opened(), [big('3').accessToken, 'refresh-3', bindingFor().issuer])
    assert.match(await readFile(plainFile(place), 'utf8'), /refresh-3/)
    assert.deepEqual(await readdir(keptIn), [])
  })

  it('row 58 (file): what is kept is worth nothing once another session is stored, and a sign-out removes it', async () => {
    const store = await signIn('file')
    const before = await store.read()
    assert.ok(before)
    disk.setReadOnly(true)
    assert.equal((await store.save(before.generation, big('2'))).outcome, 'saved')
    disk.setReadOnly(false)
    const {keptIn = ''} = (await store.head()) ?? {}
    const file = plainFile(place)
    const ours = await readFile(file)
    await writeFile(file, JSON.stringify({auth: {accessToken: 'theirs', refreshToken: 'theirs', expiresAt: 1.9e12}}))
    assert.equal((await store.head())?.keptIn, undefined)
    assert.deepEqual((await repair(place.homeDir, keys)).done, [], 'the newer session stays')
    await writeFile(file, ours)
    const forgotten = await store.forget()
    assert.ok(forgotten?.credential.kind === 'oauth')
    assert.equal(forgotten.credential.tokens.refreshToken, 'refresh-2', 'the one to revoke')
    assert.deepEqual(await readdir(keptIn), [])
    assert.equal(await store.read(), undefined)
  })

  it('row 58 (file): the next refresh that can write the home leaves nothing elsewhere', async () => {
    const store = await signIn('file')
    const first = await store.read()
    assert.ok(first)
    disk.setReadOnly(true)
    const kept = await store.save(first.generation, big('2'))
    disk.setReadOnly(false)
    const {keptIn = ''} = (await store.head()) ?? {}
    assert.ok(kept.outcome === 'saved')
    assert.equal((await readdir(keptIn)).length, 1)
    assert.equal((await store.save(kept.generation, big('3'))).outcome, 'saved')
    assert.deepEqual(await readdir(keptIn), [])
    assert.match(await readFile(plainFile(place), 'utf8'), /refresh-3/)
  })
})
