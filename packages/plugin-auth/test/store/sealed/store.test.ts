import assert from 'node:assert/strict'
import {chmod, readdir, readFile, rm, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {SessionStore, StoredSession} from '../../../src/model.ts'
import {storedCandidates} from '../../../src/store/catalog.ts'
import {commit} from '../../../src/store/commit.ts'
import {indexFile, recordName, sessionFolder} from '../../../src/files/layout.ts'
import {openStore} from '../../../src/store/open.ts'
import {problemOf} from '../../support/problems.ts'
import {bindingFor, DEFAULTS, newKeys, tokensFor} from '../../support/sessions.ts'
import {tempHome, type TempHome} from '../../support/temp-home.ts'

const oauth = (name: string) => ({kind: 'oauth', tokens: tokensFor(name)}) as const

async function stored(store: SessionStore): Promise<StoredSession> {
  const found = await store.read()
  assert.ok(found)
  return found
}

describe('the sealed store', () => {
  let home: TempHome
  const keys = newKeys()
  let store: SessionStore
  let folder: string

  beforeEach(async () => {
    home = await tempHome()
    store = await commit(home.place, 'key', bindingFor(), oauth('1'), keys)
    folder = sessionFolder(home.homeDir, store.sessionId)
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const record = (sequence: number) => join(folder, recordName(sequence))

  it('keeps a session and its successors, the newest winning', async () => {
    const first = await stored(store)
    assert.deepEqual(first.credential, oauth('1'))
    assert.deepEqual(first.binding, bindingFor())
    const saved = await store.save(first.generation, tokensFor('2'))
    assert.equal(saved.outcome, 'saved')
    const second = await stored(store)
    assert.deepEqual(second.credential, oauth('2'))
    assert.deepEqual(saved, {outcome: 'saved', generation: second.generation})
    assert.equal(second.generation.sequence, '2')
  })

  it('shows the head without a key', async () => {
    const [candidate] = await storedCandidates(home.place, {kind: 'keychain'}, DEFAULTS)
    assert.equal(candidate?.credential, 'oauth')
    const head = await candidate.store.head()
    assert.ok(head)
    assert.equal(head.expiresAt, tokensFor('1').expiresAt)
    assert.equal(head.renewable, true)
    await problemOf(candidate.store.read(), 'STORE_KEY_ABSENT')
  })

  it('keeps an API key, which is never renewable', async () => {
    const other = await commit(
      {...home.place, profile: 'work'},
      'key',
      bindingFor('work'),
      {kind: 'api-key', apiKey: 'sk_live_1'},
      keys,
    )
    assert.deepEqual((await stored(other)).credential, {kind: 'api-key', apiKey: 'sk_live_1'})
    assert.equal((await other.head())?.renewable, false)
  })

  it('makes folders 0700 and files 0600 whatever the umask', async () => {
    const before = process.umask(0)
    try {
      await using wide = await tempHome()
      const made = await commit(wide.place, 'key', bindingFor(), oauth('1'), keys)
      await made.save((await stored(made)).generation, tokensFor('2'))
      const {inspectFiles} = await import('../../../src/files/inspect.ts')
      assert.deepEqual(await inspectFiles(wide.homeDir), [])
      await chmod(indexFile(wide.place), 0o640)
      assert.equal((await inspectFiles(wide.homeDir)).length, 1, 'the look finds what is wrong')
    } finally {
      process.umask(before)
    }
  })

  it('row 62: of twenty savers of one successor exactly one saves, the others adopt', async () => {
    const {generation} = await stored(store)
    const results = await Promise.all(
      Array.from({length: 20}, (_, at) =>
        openStore(
          {storage: 'key', homeDir: home.homeDir, sessionId: store.sessionId, binding: store.binding},
          keys,
        ).save(generation, tokensFor(`try-${at}`)),
      ),
    )
    assert.equal(results.filter(({outcome}) => outcome === 'saved').length, 1)
    assert.equal(results.filter(({outcome}) => outcome === 'superseded').length, 19)
    const winner = results.findIndex(({outcome}) => outcome === 'saved')
    assert.deepEqual((await stored(store)).credential, oauth(`try-${winner}`))
  })

  it('a saver that slept while others went on four generations, past the number it wants, adopts theirs', async () => {
    const {generation} = await stored(store)
    for (let turn = 2; turn <= 5; turn++) await store.save((await stored(store)).generation, tokensFor(String(turn)))
    assert.deepEqual(await store.save(generation, tokensFor('late')), {outcome: 'superseded'})
    assert.deepEqual((await stored(store)).credential, oauth('5'))
    assert.deepEqual((await readdir(folder)).toSorted(), [recordName(4), recordName(5)])
  })

  it('row 69: a refresh in flight cannot bring a signed-out session back', async () => {
    const {generation} = await stored(store)
    await using _ = await store.preflight()
    const forgotten = await openStore((await store.handoff()).handle, keys).forget()
    assert.deepEqual(forgotten?.credential, oauth('1'))
    assert.deepEqual(await store.save(generation, tokensFor('2')), {outcome: 'signed-out'})
    assert.equal(await store.read(), undefined)
    assert.equal(await store.head(), undefined)
    assert.deepEqual(await storedCandidates(home.place, keys, DEFAULTS), [])
  })

  it('signs out once: forgetting again gives nothing back and fails nothing', async () => {
    await store.forget()
    assert.equal(await store.forget(), undefined)
  })

  it('races of saving and forgetting always end signed out', async () => {
    for (let round = 0; round < 25; round++) {
      await using here = await tempHome()
      const one = await commit(here.place, 'key', bindingFor(), oauth('1'), keys)
      const {generation} = await stored(one)
      const [saved, forgotten] = await Promise.all([one.save(generation, tokensFor('2')), one.forget()])
      assert.ok(saved.outcome === 'saved' || saved.outcome === 'signed-out')
      // Whoever buried the new record has its token, and is the one to revoke it.
      const isNewGone = saved.outcome === 'saved' || saved.buried === true
      assert.deepEqual(forgotten?.credential, isNewGone ? oauth('2') : oauth('1'))
      assert.equal(await one.read(), undefined)
    }
  })

  it('leaves no sealed record behind when signing out, only the tombstone', async () => {
    await store.save((await stored(store)).generation, tokensFor('2'))
    await store.forget()
    assert.deepEqual(await readdir(folder), [recordName(3)])
    assert.match(await readFile(record(3), 'utf8'), /"kind":"signed-out"/)
  })

  it('keeps the last two records and no temporary file', async () => {
    for (let turn = 2; turn <= 6; turn++) {
      await using _ = await store.preflight()
      await store.save((await stored(store)).generation, tokensFor(String(turn)))
    }

    assert.deepEqual((await readdir(folder)).sort(), [recordName(5), recordName(6)])
  })

  it('row 66: the saver removes what a killed one left a day ago, not what is fresh', async () => {
    const [old, fresh] = [
      join(folder, '.superset-1-0123456789abcdef.tmp'),
      join(folder, '.superset-2-0123456789abcdef.tmp'),
    ]
    for (const path of [old, fresh]) await writeFile(path, 'x', {mode: 0o600})
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000)
    await utimes(old, yesterday, yesterday)
    await store.save((await stored(store)).generation, tokensFor('2'))
    const names = await readdir(folder)
    assert.equal(names.includes('.superset-1-0123456789abcdef.tmp'), false)
    assert.equal(names.includes('.superset-2-0123456789abcdef.tmp'), true)
  })

  it('row 59: a damaged record is copied aside once, kept, and never saved over', async () => {
    const {generation} = await stored(store)
    const bytes = await readFile(record(1))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(record(1), bytes)
    const problem = await problemOf(store.read(), 'STORE_DAMAGED')
    assert.equal(problem.exit, 74)
    await problemOf(store.read(), 'STORE_DAMAGED')
    await problemOf(store.preflight(), 'STORE_DAMAGED')
    const copies = await readdir(join(home.homeDir, 'identity', 'quarantine'))
    assert.equal(copies.length, 1)
    assert.match(problem.message, new RegExp(`a copy is in .*${copies[0]}`))
    await writeFile(record(1), 'rubbish')
    await problemOf(store.head(), 'STORE_DAMAGED')
    await problemOf(store.save(generation, tokensFor('2')), 'STORE_DAMAGED')
    assert.equal(await readFile(record(1), 'utf8'), 'rubbish')
    assert.deepEqual(await readdir(folder), [recordName(1)])
  })

  it('row 59: a damaged newest record never brings the older one back, whose token is spent', async () => {
    await store.save((await stored(store)).generation, tokensFor('2'))
    await writeFile(record(2), (await readFile(record(2))).subarray(0, 300))
    await problemOf(store.read(), 'STORE_DAMAGED')
  })

  it('row 59b: names the source of a key that is another one', async () => {
    const [candidate] = await storedCandidates(home.place, newKeys(), DEFAULTS)
    const problem = await problemOf(candidate?.store.read() ?? Promise.resolve(), 'STORE_OTHER_KEY')
    assert.equal(problem.exit, 78)
    assert.match(problem.message, /from SUPERSET_STORAGE_KEY/)
    await problemOf(candidate?.store.preflight() ?? Promise.resolve(), 'STORE_OTHER_KEY')
  })

  it('row 60: a record of a newer version is neither used nor rewritten', async () => {
    const {generation} = await stored(store)
    const content = '{"format":2,"whatever":true}\n'
    await writeFile(record(1), content)
    const attempts = [
      () => store.head(),
      () => store.read(),
      () => store.preflight(),
      () => store.save(generation, tokensFor('2')),
    ]
    for (const attempt of attempts) assert.equal((await problemOf(attempt(), 'STORE_NEWER_VERSION')).exit, 78)
    assert.equal(await readFile(record(1), 'utf8'), content)
  })

  it('a session whose records vanished is lost, not signed out', async () => {
    const {generation} = await stored(store)
    await rm(folder, {recursive: true})
    await problemOf(store.head(), 'STORE_LOST')
    await problemOf(store.read(), 'STORE_LOST')
    assert.deepEqual(await store.save(generation, tokensFor('2')), {outcome: 'signed-out'})
    assert.equal(await store.forget(), undefined)
    assert.deepEqual(await storedCandidates(home.place, keys, DEFAULTS), [])
  })

  it('refuses a profile file that was changed to send the tokens elsewhere', async () => {
    const path = indexFile(home.place)
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('api.superset.test', 'evil.test'))
    const [candidate] = await storedCandidates(home.place, keys, DEFAULTS)
    assert.equal(candidate?.store.binding.apiUrl, 'https://evil.test')
    await problemOf(candidate.store.read(), 'STORE_DAMAGED')
  })

  it('a broken profile file says why, and signing in is a way back', async () => {
    for (const content of ['', '{', 'null', '{"format":1}', JSON.stringify({format: 1, sessionId: '../../etc'})]) {
      await writeFile(indexFile(home.place), content, {mode: 0o600})
      const [candidate] = await storedCandidates(home.place, keys, DEFAULTS)
      await problemOf(candidate?.store.head() ?? Promise.resolve(), 'STORE_DAMAGED')
      await candidate?.store.forget()
      assert.deepEqual(await storedCandidates(home.place, keys, DEFAULTS), [])
    }

    await writeFile(indexFile(home.place), '{"format":2}', {mode: 0o600})
    const [candidate] = await storedCandidates(home.place, keys, DEFAULTS)
    await problemOf(candidate?.store.head() ?? Promise.resolve(), 'STORE_NEWER_VERSION')
  })

  it('the process that is handed the key saves without any other source of it', async () => {
    const {handle, key} = await store.handoff()
    assert.equal(JSON.stringify(handle).includes(keys.value), false)
    assert.ok(key)
    const helper = openStore(structuredClone(handle), {kind: 'given', key})
    await using _ = await helper.preflight()
    assert.equal((await helper.save((await stored(helper)).generation, tokensFor('2'))).outcome, 'saved')
    assert.deepEqual((await stored(store)).credential, oauth('2'))
  })

  it('a second sign-in leaves the first until it is forgotten, and forgetting it spares the second', async () => {
    const [before] = await storedCandidates(home.place, keys, DEFAULTS)
    const second = await commit(home.place, 'key', bindingFor(), oauth('new'), keys)
    assert.deepEqual((await before?.store.forget())?.credential, oauth('1'))
    const [now] = await storedCandidates(home.place, keys, DEFAULTS)
    assert.equal(now?.store.sessionId, second.sessionId)
    assert.deepEqual((await stored(second)).credential, oauth('new'))
  })

  it('row 67b: says of a record from another machine that it is a copy', async () => {
    assert.equal(((await store.head()) as {madeElsewhere?: boolean}).madeElsewhere, false)
    const {isMadeElsewhere, thisMachine} = await import('../../../src/files/machine.ts')
    assert.equal(await isMadeElsewhere('another'), true)
    assert.equal(await isMadeElsewhere(await thisMachine()), false)
    assert.equal(await isMadeElsewhere('unknown'), (await thisMachine()) !== 'unknown', 'known here, unknown there')
  })

  it('keeps profiles apart, whatever they are called', async () => {
    const names = ['work', 'Work', '../etc', 'a/b', '.', '..', 'ümläut', '__proto__', 'x'.repeat(300), 'con', '']
    for (const name of names) {
      const place = {...home.place, profile: name}
      await commit(place, 'key', bindingFor(name), {kind: 'api-key', apiKey: `key of ${name}`}, keys)
    }

    for (const name of names) {
      const [candidate] = await storedCandidates({...home.place, profile: name}, keys, DEFAULTS)
      assert.deepEqual((await candidate?.store.read())?.credential, {kind: 'api-key', apiKey: `key of ${name}`})
    }

    const files = await readdir(join(home.homeDir, 'identity', 'profiles'))
    assert.equal(new Set(files.map((file) => file.toLowerCase())).size, names.length + 1)
  })
})
