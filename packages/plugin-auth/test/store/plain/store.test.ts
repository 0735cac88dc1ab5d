import assert from 'node:assert/strict'
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {DatabaseSync} from 'node:sqlite'

import type {SessionStore, StoredSession} from '../../../src/model.ts'
import {storedCandidates} from '../../../src/store/catalog.ts'
import {commit} from '../../../src/store/commit.ts'
import {createFolder} from '../../../src/files/durable-write.ts'
import {identityFolder, lockFile, plainFile} from '../../../src/files/layout.ts'
import {openStore} from '../../../src/store/open.ts'
import {readOrganization, writeOrganization} from '../../../src/store/organization.ts'
import {readPlain} from '../../../src/store/plain/config-file.ts'
import {replacePlain} from '../../../src/store/plain/replace.ts'
import {problemOf} from '../../support/problems.ts'
import {API, bindingFor, DEFAULTS, jwt, newKeys, tokensFor} from '../../support/sessions.ts'
import {tempHome, type TempHome} from '../../support/temp-home.ts'

const EXPIRES = 1_900_000_000_000

describe('the plain-text store', () => {
  let home: TempHome
  const keys = newKeys()

  beforeEach(async () => {
    home = await tempHome()
    await mkdir(home.homeDir, {mode: 0o700})
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const put = (document: unknown) => writeFile(plainFile(home.place), JSON.stringify(document), {mode: 0o600})
  const get = async () => JSON.parse(await readFile(plainFile(home.place), 'utf8')) as Record<string, unknown>
  const list = () => storedCandidates(home.place, keys, DEFAULTS)
  const onlyStore = async (): Promise<SessionStore> => {
    const found = await list()
    assert.equal(found.length, 1)
    return (found[0] as (typeof found)[number]).store
  }

  const stored = async (store: SessionStore): Promise<StoredSession> => {
    const found = await store.read()
    assert.ok(found)
    return found
  }

  const incumbent = (change: Record<string, unknown> = {}) => ({
    auth: {accessToken: 'at-1', refreshToken: 'rt-1', expiresAt: EXPIRES, theirs: {a: 1}},
    organizationId: 'org-1',
    telemetry: {nested: [1, 'two', null]},
    ...change,
  })

  it("uses the incumbent's session in place, bound to what its token says", async () => {
    const accessToken = jwt({
      iss: 'https://issuer.test/',
      aud: ['https://issuer.test/api/auth/oauth2/userinfo', 'https://api.other.test'],
      sub: 'user-1',
      iat: 1_800_000_000,
      exp: 1_800_604_800,
    })
    await put(incumbent({auth: {accessToken, refreshToken: 'rt-1', expiresAt: EXPIRES}}))
    const store = await onlyStore()
    assert.equal(store.sessionId, 'config')
    assert.equal(store.place, plainFile(home.place))
    assert.deepEqual(store.binding, {
      profile: 'default',
      issuer: 'https://issuer.test/',
      apiUrl: 'https://api.other.test',
      clientId: 'superset-cli',
      resource: 'https://api.other.test',
      replayPolicy: 'user',
      subject: 'user-1',
      subjectFrom: 'api',
    })
    const head = await store.head()
    assert.equal(head?.expiresAt, EXPIRES)
    assert.equal(head.lifetimeMs, 604_800_000)
    assert.ok(head.receivedAt <= Date.now(), 'never in the future')
    assert.equal(head.renewable, true)
  })

  it('binds an opaque token, and one that says nothing useful, to the default origin', async () => {
    for (const accessToken of ['opaque', jwt({aud: 'client-1', iss: 'not a url'}), 'a.b.c', jwt({aud: 7, iss: null})]) {
      await put(incumbent({auth: {accessToken, expiresAt: EXPIRES}}))
      const {binding} = await onlyStore()
      assert.equal(binding.apiUrl, API)
      assert.equal(binding.issuer, API)
      assert.equal(binding.replayPolicy, 'user')
    }
  })

  it('lists the API key before the session when both are there, and forgets each by itself', async () => {
    await put(incumbent({apiKey: 'sk_live_1'}))
    const [key, session] = await list()
    assert.deepEqual([key?.credential, session?.credential], ['api-key', 'oauth'])
    assert.deepEqual((await key?.store.forget())?.credential, {kind: 'api-key', apiKey: 'sk_live_1'})
    assert.deepEqual(await get(), incumbent())
    assert.equal((await session?.store.forget())?.generation.sessionId, 'config')
    const {auth: _, ...rest} = incumbent()
    assert.deepEqual(await get(), rest)
    assert.equal(await session?.store.read(), undefined)
  })

  it("saves refreshed tokens in the incumbent's schema and keeps every unknown key", async () => {
    await put(incumbent())
    const store = await onlyStore()
    const {generation} = await stored(store)
    await using _ = await store.preflight()
    const offset = 5000
    const saved = await store.save(generation, tokensFor('2', {expiresAt: EXPIRES, clockOffsetMs: offset}))
    assert.equal(saved.outcome, 'saved')
    assert.deepEqual(await get(), {
      ...incumbent(),
      auth: {accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: EXPIRES - offset, theirs: {a: 1}},
    })
    assert.deepEqual((await stored(store)).generation, saved.outcome === 'saved' && saved.generation)
    assert.equal((await stat(plainFile(home.place))).mode & 0o777, 0o600)
    assert.deepEqual(
      (await readdir(home.homeDir)).filter((name) => name.endsWith('.tmp')),
      [],
    )
  })

  it('a second program that refreshed in the meantime is not overwritten', async () => {
    await put(incumbent())
    const store = await onlyStore()
    const {generation} = await stored(store)
    await using _ = await store.preflight()
    const theirs = incumbent({auth: {accessToken: 'at-9', refreshToken: 'rt-9', expiresAt: EXPIRES}})
    await put(theirs)
    assert.deepEqual(await store.save(generation, tokensFor('2')), {outcome: 'superseded'})
    assert.deepEqual(await get(), theirs)
    await put(incumbent({auth: {accessToken: 'at-10', refreshToken: 'rt-1', expiresAt: EXPIRES}}))
    assert.deepEqual(
      await store.save(generation, tokensFor('2')),
      {outcome: 'superseded'},
      'same refresh token, newer access',
    )
  })

  it('a change between the look and the replacing is seen, and nothing is written', async () => {
    await put(incumbent())
    const document = await readPlain(home.place)
    const theirs = incumbent({auth: {accessToken: 'at-9', refreshToken: 'rt-9', expiresAt: EXPIRES}})
    await put(theirs)
    assert.equal(await replacePlain(home.place, document, {organizationId: 'mine'}, 'change'), false)
    assert.deepEqual(await get(), theirs)
    assert.equal(await replacePlain(home.place, await readPlain(home.place), {organizationId: 'mine'}, 'change'), true)
    assert.deepEqual(await readdir(home.homeDir), ['config.json'])
  })

  it('a sign-out elsewhere in the meantime stays one', async () => {
    await put(incumbent())
    const store = await onlyStore()
    const {generation} = await stored(store)
    await put({organizationId: 'org-1'})
    assert.deepEqual(await store.save(generation, tokensFor('2')), {outcome: 'signed-out'})
    assert.deepEqual(await get(), {organizationId: 'org-1'})
  })

  it('row 62: parallel saves, organization changes and reads leave one winner and a whole file', async () => {
    await put(incumbent())
    const store = await onlyStore()
    const {generation} = await stored(store)
    const {handle} = await store.handoff()
    const saves = Array.from({length: 20}, (_, at) => openStore(handle, keys).save(generation, tokensFor(`try-${at}`)))
    const changes = Array.from({length: 20}, (_, at) => writeOrganization(home.place, `org-${at}`))
    const reads = Array.from({length: 20}, async () => assert.ok((await store.read())?.credential))
    const [results] = await Promise.all([Promise.all(saves), Promise.all(changes), Promise.all(reads)])
    assert.equal(results.filter(({outcome}) => outcome === 'saved').length, 1)
    assert.equal(results.filter(({outcome}) => outcome === 'superseded').length, 19)
    const winner = results.findIndex(({outcome}) => outcome === 'saved')
    const document = await get()
    assert.equal((document['auth'] as {accessToken: string}).accessToken, `access-try-${winner}`)
    assert.deepEqual(document['telemetry'], incumbent().telemetry)
    assert.match((await readOrganization(home.place)) ?? '', /^org-\d+$/)
  })

  it('a lock that is held: tokens are saved all the same, other changes give up with 75', async () => {
    await put(incumbent())
    const store = await onlyStore()
    const {generation} = await stored(store)
    await createFolder(identityFolder(home.homeDir), home.homeDir, 'change')
    using holder = new DatabaseSync(lockFile(home.homeDir))
    holder.exec('BEGIN IMMEDIATE')
    const [saved, problem] = await Promise.all([
      store.save(generation, tokensFor('2')),
      problemOf(writeOrganization(home.place, 'org-2'), 'STORE_LOCK_BUSY'),
    ])
    assert.equal(saved.outcome, 'saved')
    assert.equal(problem.exit, 75)
    assert.equal(problem.retryable, true)
  })

  it('a sign-in replaces the other kind in the same write, and remembers where the key belongs', async () => {
    await put(incumbent())
    const binding = bindingFor('default', {apiUrl: 'https://api.acme.test', issuer: 'https://api.acme.test'})
    const [before] = await list()
    await commit(home.place, 'file', binding, {kind: 'api-key', apiKey: 'sk_live_2'}, keys)
    const {auth: _, ...rest} = incumbent()
    assert.deepEqual(await get(), {...rest, apiKey: 'sk_live_2'})
    assert.deepEqual((await onlyStore()).binding, binding)
    assert.equal((await before?.store.forget())?.generation.sessionId, 'config')
    assert.deepEqual((await get())['apiKey'], 'sk_live_2', 'forgetting what was replaced spares what replaced it')
    await put({apiKey: 'sk_live_of_somebody_else'})
    assert.equal((await onlyStore()).binding.apiUrl, API, 'another key is not bound by our note')
  })

  it('signing in again into the file, then forgetting the old one, keeps the new session', async () => {
    await commit(home.place, 'file', bindingFor(), {kind: 'oauth', tokens: tokensFor('old')}, keys)
    const [old] = await list()
    await commit(home.place, 'file', bindingFor(), {kind: 'oauth', tokens: tokensFor('new')}, keys)
    assert.deepEqual((await old?.store.forget())?.credential.kind, 'oauth')
    const now = await stored(await onlyStore())
    assert.equal(now.credential.kind === 'oauth' && now.credential.tokens.accessToken, 'access-new')
  })

  it("keeps the binding of an opaque token through a refresh, but not through a stranger's sign-in", async () => {
    const binding = bindingFor('default', {
      issuer: 'https://login.acme.test',
      tokenEndpoint: 'https://login.acme.test/t',
    })
    const store = await commit(home.place, 'file', binding, {kind: 'oauth', tokens: tokensFor('1')}, keys)
    await store.save((await stored(store)).generation, tokensFor('2'))
    assert.deepEqual((await onlyStore()).binding, binding)
    await put(incumbent())
    assert.equal((await onlyStore()).binding.issuer, API)
  })

  it('moving to a sealed storage and back leaves one credential, and the organization', async () => {
    await put(incumbent())
    const [plain] = await list()
    await commit(home.place, 'key', bindingFor(), {kind: 'oauth', tokens: tokensFor('sealed')}, keys)
    await plain?.store.forget()
    const [sealed, ...others] = await list()
    assert.equal(sealed?.store.storage, 'key')
    assert.deepEqual(others, [])
    await commit(home.place, 'file', bindingFor(), {kind: 'oauth', tokens: tokensFor('plain')}, keys)
    await sealed.store.forget()
    assert.equal((await onlyStore()).storage, 'file')
    assert.equal(await readOrganization(home.place), 'org-1')
  })

  it('keeps other profiles in profiles.json, apart from each other', async () => {
    const place = (profile: string) => ({...home.place, profile})
    for (const profile of ['work', '__proto__']) {
      await commit(place(profile), 'file', bindingFor(profile), {kind: 'api-key', apiKey: `key-${profile}`}, keys)
      await writeOrganization(place(profile), `org-${profile}`)
    }

    const [work] = await storedCandidates(place('work'), keys, DEFAULTS)
    assert.deepEqual((await work?.store.read())?.credential, {kind: 'api-key', apiKey: 'key-work'})
    await work?.store.forget()
    assert.deepEqual(await storedCandidates(place('work'), keys, DEFAULTS), [])
    const [other] = await storedCandidates(place('__proto__'), keys, DEFAULTS)
    assert.deepEqual((await other?.store.read())?.credential, {kind: 'api-key', apiKey: 'key-__proto__'})
    assert.equal(await readOrganization(place('work')), 'org-work')
    assert.deepEqual(await list(), [])
    assert.deepEqual(await readdir(home.homeDir), ['identity', 'profiles.json'])
  })

  it('does nothing for a home that does not exist', async () => {
    const place = {...home.place, homeDir: `${home.homeDir}-absent`}
    assert.deepEqual(await storedCandidates(place, keys, DEFAULTS), [])
    assert.equal(await readOrganization(place), undefined)
    await assert.rejects(stat(place.homeDir), {code: 'ENOENT'})
  })
})
