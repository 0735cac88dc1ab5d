import assert from 'node:assert/strict'
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {storedCandidates} from '../../../src/store/catalog.ts'
import {commit} from '../../../src/store/commit.ts'
import {plainFile, quarantineFolder, type Place} from '../../../src/files/layout.ts'
import {readOrganization, writeOrganization} from '../../../src/store/organization.ts'
import {probe} from '../../../src/store/probe.ts'
import {problemOf} from '../../support/problems.ts'
import {bindingFor, DEFAULTS, newKeys, tokensFor} from '../../support/sessions.ts'
import {tempHome, type TempHome} from '../../support/temp-home.ts'

const SECRET = 'tok_secret_tok_secret'

/** Name, content, and what the message must say. */
const MALFORMED: ReadonlyArray<readonly [string, Buffer | string, RegExp]> = [
  ['an array', `["${SECRET}"]`, /it holds an array, not an object/],
  ['null', 'null', /it holds null, not an object/],
  ['a string', `"${SECRET}"`, /it holds a string, not an object/],
  ['a number', '42', /it holds a number, not an object/],
  ['auth null', '{"auth":null}', /auth is null, not an object/],
  ['auth a string', `{"auth":"${SECRET}"}`, /auth is a string, not an object/],
  ['auth an array', `{"auth":["${SECRET}"]}`, /auth is an array, not an object/],
  ['accessToken missing', `{"auth":{"refreshToken":"${SECRET}","expiresAt":1}}`, /auth\.accessToken is missing/],
  ['accessToken empty', '{"auth":{"accessToken":"","expiresAt":1}}', /auth\.accessToken is empty/],
  ['accessToken a number', '{"auth":{"accessToken":7,"expiresAt":1}}', /auth\.accessToken is a number, not a string/],
  [
    'refreshToken an object',
    `{"auth":{"accessToken":"${SECRET}","refreshToken":{},"expiresAt":1}}`,
    /auth\.refreshToken is an object/,
  ],
  ['expiresAt missing', `{"auth":{"accessToken":"${SECRET}"}}`, /auth\.expiresAt is missing, not a finite number/],
  ['expiresAt a string', `{"auth":{"accessToken":"${SECRET}","expiresAt":"1900000000000"}}`, /expiresAt is a string/],
  [
    'expiresAt infinite',
    `{"auth":{"accessToken":"${SECRET}","expiresAt":1e999}}`,
    /auth\.expiresAt is a number, not a finite/,
  ],
  ['apiKey blank', '{"apiKey":"  "}', /apiKey is empty/],
  ['apiKey a number', '{"apiKey":12}', /apiKey is a number, not a string/],
  ['organizationId an array', '{"organizationId":["a"]}', /organizationId is an array/],
  ['a byte order mark', `\u{FEFF}{"apiKey":"${SECRET}"}`, /byte order mark/],
  ['too large', `{"apiKey":"${SECRET}","x":"${'x'.repeat(1024 * 1024)}"}`, /larger than 1048576 bytes/],
]

/** Row 118: what another program leaves of it when it is killed or the machine loses power. */
const DAMAGED: ReadonlyArray<readonly [string, Buffer | string, RegExp]> = [
  ['empty', '', /is empty/],
  ['blank', ' \n', /is not JSON/],
  ['cut off', `{"auth":{"accessToken":"${SECRET}`, /is not JSON/],
  ['filled with NUL', Buffer.alloc(4096), /is not JSON/],
  ['filled with NUL from its middle on', `{"auth":{"accessToken":"${SECRET}${'\0'.repeat(100)}`, /is not JSON/],
  ['with a trailing comma', `{"apiKey":"${SECRET}",}`, /is not JSON/],
  ['two documents', `{"apiKey":"${SECRET}"}{"apiKey":"${SECRET}"}`, /is not JSON/],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), /is not UTF-8 text/],
  ['UTF-16', Buffer.from(`{"apiKey":"${SECRET}"}`, 'utf16le'), /is not JSON/],
]

describe('a malformed config.json', () => {
  let home: TempHome
  const keys = newKeys()

  beforeEach(async () => {
    home = await tempHome()
    await mkdir(home.homeDir, {mode: 0o700})
  })
  afterEach(() => home[Symbol.asyncDispose]())

  for (const [name, content, expected] of MALFORMED) {
    it(`${name}: is refused with a reason, and left untouched by everything`, async () => {
      const path = plainFile(home.place)
      await writeFile(path, content, {mode: 0o600})
      const attempts = [
        () => storedCandidates(home.place, keys, DEFAULTS),
        () => readOrganization(home.place),
        () => writeOrganization(home.place, 'org'),
        () => probe('file', home.place, keys),
        () => commit(home.place, 'file', bindingFor(), {kind: 'oauth', tokens: tokensFor('1')}, keys),
      ]
      for (const attempt of attempts) {
        const problem = await problemOf(attempt(), 'CONFIG_FILE_INVALID')
        assert.equal(problem.exit, 78)
        assert.match(problem.message, expected)
        assert.ok(problem.message.startsWith(path))
        assert.equal(JSON.stringify(problem).includes('secret'), false)
        assert.equal(String(problem.stack).includes('secret'), false)
      }

      assert.deepEqual(await readFile(path), Buffer.from(content))
      assert.deepEqual(
        (await readdir(home.homeDir)).filter((file) => file.endsWith('.tmp')),
        [],
      )
    })
  }

  it('turning bad while a session is in use: nothing is saved over it, nothing forgotten', async () => {
    const store = await commit(home.place, 'file', bindingFor(), {kind: 'oauth', tokens: tokensFor('1')}, keys)
    const stored = await store.read()
    assert.ok(stored)
    await writeFile(plainFile(home.place), '{"auth":')
    await problemOf(store.preflight(), 'STORE_DAMAGED')
    await problemOf(store.save(stored.generation, tokensFor('2')), 'STORE_DAMAGED')
    await problemOf(store.forget(), 'STORE_DAMAGED')
    assert.equal(await readFile(plainFile(home.place), 'utf8'), '{"auth":')
  })
})

for (const profile of ['default', 'work']) {
  describe(`row 118: a damaged plain-text file of profile ${profile}`, () => {
    let home: TempHome
    let place: Place
    const keys = newKeys()
    const candidates = () => storedCandidates(place, keys, DEFAULTS)
    const kept = async () => {
      const folder = quarantineFolder(home.homeDir)
      const names = await readdir(folder)
      return Promise.all(names.map((name) => readFile(join(folder, name))))
    }

    beforeEach(async () => {
      home = await tempHome()
      place = {homeDir: home.homeDir, profile}
      await mkdir(home.homeDir, {mode: 0o700})
    })
    afterEach(() => home[Symbol.asyncDispose]())

    for (const [name, content, expected] of DAMAGED) {
      it(`${name}: 74, and untouched, until somebody signs in or out; then what is left of it is kept`, async () => {
        const path = plainFile(place)
        await writeFile(path, content, {mode: 0o600})
        const [found] = await candidates()
        assert.ok(found)
        const attempts = [
          () => found.store.read(),
          () => readOrganization(place),
          () => writeOrganization(place, 'org'),
        ]
        for (const attempt of attempts) {
          const problem = await problemOf(attempt(), 'STORE_DAMAGED')
          assert.equal(problem.exit, 74)
          assert.match(problem.message, expected)
          assert.ok(problem.message.includes(path))
          assert.equal(JSON.stringify(problem).includes('secret'), false)
        }

        await probe('file', place, keys)
        assert.deepEqual(await readFile(path), Buffer.from(content))
        await commit(place, 'file', bindingFor(profile), {kind: 'oauth', tokens: tokensFor('1')}, keys)
        assert.deepEqual(await kept(), [Buffer.from(content)])
        assert.ok(await (await candidates())[0]?.store.read())
        await found.store.forget()
        assert.ok(await (await candidates())[0]?.store.read(), 'a sign-in since is not forgotten')

        await writeFile(path, content)
        await (await candidates())[0]?.store.forget()
        await assert.rejects(stat(path), {code: 'ENOENT'})
        assert.equal((await kept()).length, 2)
        await writeOrganization(place, 'org')
      })
    }

    it('leads to no weaker storage than the last sign-in had', async () => {
      await commit(place, 'key', bindingFor(profile), {kind: 'oauth', tokens: tokensFor('1')}, keys)
      await writeFile(plainFile(place), '', {mode: 0o600})
      const found = await candidates()
      assert.deepEqual(
        found.map(({store}) => store.storage),
        ['key', 'key'],
      )
      for (const {store} of found) await store.forget()
      assert.deepEqual(await candidates(), [])
    })
  })
}
