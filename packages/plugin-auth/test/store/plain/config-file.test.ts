import assert from 'node:assert/strict'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'

import {storedCandidates} from '../../../src/store/catalog.ts'
import {commit} from '../../../src/store/commit.ts'
import {plainFile} from '../../../src/store/files/layout.ts'
import {readOrganization, writeOrganization} from '../../../src/store/organization.ts'
import {probe} from '../../../src/store/probe.ts'
import {problemOf} from '../../support/problems.ts'
import {bindingFor, DEFAULTS, newKeys, tokensFor} from '../../support/sessions.ts'
import {tempHome, type TempHome} from '../../support/temp-home.ts'

const SECRET = 'tok_secret_tok_secret'

/** Name, content, and what the message must say. */
const MALFORMED: ReadonlyArray<readonly [string, Buffer | string, RegExp]> = [
  ['empty', '', /it is empty/],
  ['blank', ' \n', /it is not JSON/],
  ['cut off', `{"auth":{"accessToken":"${SECRET}`, /it is not JSON/],
  ['with a trailing comma', `{"apiKey":"${SECRET}",}`, /it is not JSON/],
  ['two documents', `{"apiKey":"${SECRET}"}{"apiKey":"${SECRET}"}`, /it is not JSON/],
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
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), /not UTF-8/],
  ['UTF-16', Buffer.from(`{"apiKey":"${SECRET}"}`, 'utf16le'), /cannot be used/],
  ['too large', `{"apiKey":"${SECRET}","x":"${'x'.repeat(1024 * 1024)}"}`, /larger than 1048576 bytes/],
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
    await problemOf(store.preflight(), 'CONFIG_FILE_INVALID')
    await problemOf(store.save(stored.generation, tokensFor('2')), 'CONFIG_FILE_INVALID')
    await problemOf(store.forget(), 'CONFIG_FILE_INVALID')
    assert.equal(await readFile(plainFile(home.place), 'utf8'), '{"auth":')
  })
})
