import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'

import {
  fingerprintOfKey,
  parseRecord,
  seal,
  tombstone,
  unseal,
  type SealedRecord,
} from '../../../src/store/sealed/record.ts'
import {digestOf} from '../../../src/token-digest.ts'
import {bindingFor, tokensFor} from '../../support/sessions.ts'

const key = randomBytes(32)
const input = {
  sessionId: 'abc',
  sequence: 7,
  machine: 'unknown',
  binding: bindingFor(),
  credential: {kind: 'oauth', tokens: tokensFor('one')},
} as const

function sealed(bytes: Buffer): SealedRecord {
  const parsed = parseRecord(bytes, 'abc', 7)
  assert.ok(parsed.kind === 'sealed')
  return parsed
}

describe('the sealed record', () => {
  it('gives back what was sealed, and shows times and digest without the key', () => {
    const record = sealed(seal(input, key))
    assert.deepEqual(unseal(record, key), {binding: input.binding, credential: input.credential})
    assert.equal(record.header.expiresAt, input.credential.tokens.expiresAt)
    assert.equal(record.header.digest, digestOf('refresh-one'))
    assert.equal(record.header.renewable, true)
    assert.equal(record.header.keyFingerprint, fingerprintOfKey(key))
  })

  it('holds no token in the clear, neither as it is nor in base64', () => {
    const tokens = tokensFor('one', {accessToken: 'A'.repeat(30) + 'planted', refreshToken: 'R'.repeat(32)})
    const bytes = seal({...input, credential: {kind: 'oauth', tokens}}, key)
    for (const secret of ['planted', 'R'.repeat(32), Buffer.from(tokens.accessToken).toString('base64').slice(0, 20)]) {
      assert.equal(bytes.includes(secret), false)
    }

    assert.equal(Buffer.from(JSON.stringify(tokens)).includes('planted'), true, 'the search finds what is there')
  })

  it('detects every single flipped byte, header and ciphertext alike', () => {
    const bytes = seal(input, key)
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x80]) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ mask
        const parsed = parseRecord(changed, 'abc', 7)
        if (parsed.kind !== 'sealed') continue
        const opened = parsed.header.keyFingerprint === fingerprintOfKey(key) ? unseal(parsed, key) : undefined
        assert.equal(opened, undefined, `byte ${at}, mask ${mask}`)
      }
    }
  })

  it('detects a record that was cut off anywhere or has something added', () => {
    const bytes = seal(input, key)
    for (let length = 0; length < bytes.length; length++) {
      const parsed = parseRecord(bytes.subarray(0, length), 'abc', 7)
      if (parsed.kind === 'sealed') assert.equal(unseal(parsed, key), undefined, `length ${length}`)
      else assert.equal(parsed.kind, 'damaged')
    }

    assert.equal(unseal(sealed(Buffer.concat([bytes, Buffer.from('x')])), key), undefined)
  })

  it('takes tokens of 64 KB and of 1 MB', () => {
    for (const size of [65_536, 1_048_576]) {
      const tokens = tokensFor('large', {accessToken: 'x'.repeat(size)})
      const record = sealed(seal({...input, credential: {kind: 'oauth', tokens}}, key))
      assert.deepEqual(unseal(record, key)?.credential, {kind: 'oauth', tokens})
    }
  })

  it('does not open under another key, in another session or under another number', () => {
    const bytes = seal(input, key)
    assert.equal(unseal(sealed(bytes), randomBytes(32)), undefined)
    assert.equal(parseRecord(bytes, 'other', 7).kind, 'damaged')
    assert.equal(parseRecord(bytes, 'abc', 8).kind, 'damaged')
  })

  it('seals the same content differently each time', () => {
    const [one, two] = [sealed(seal(input, key)), sealed(seal(input, key))]
    assert.notEqual(one.header.salt, two.header.salt)
    assert.notEqual(one.header.iv, two.header.iv)
    assert.equal(one.body.equals(two.body), false)
  })

  it('stays readable when a time is not a number', () => {
    const tokens = tokensFor('odd', {expiresAt: Number.NaN, clockOffsetMs: Number.NaN, lifetimeMs: Infinity})
    const record = sealed(seal({...input, credential: {kind: 'oauth', tokens}}, key))
    assert.equal(record.header.expiresAt, undefined)
    assert.equal(record.header.clockOffsetMs, 0)
  })

  it('row 60: tells a newer format from damage', () => {
    const bytes = seal(input, key).toString('latin1').replace('"format":1', '"format":2')
    assert.equal(parseRecord(Buffer.from(bytes, 'latin1'), 'abc', 7).kind, 'newer')
    assert.equal(parseRecord(Buffer.from('{"format":2}\n'), 'abc', 7).kind, 'newer')
    for (const rubbish of [
      '',
      '\n',
      'null\n',
      '[]\n',
      '{}\n',
      '{"format":0}\n',
      '{"format":"9"}\n',
      '\u{FEFF}{"format":1}\n',
    ]) {
      assert.equal(parseRecord(Buffer.from(rubbish), 'abc', 7).kind, 'damaged', JSON.stringify(rubbish))
    }
  })

  it('reads a tombstone without any key', () => {
    assert.equal(parseRecord(tombstone('abc', 7), 'abc', 7).kind, 'signed-out')
    assert.equal(parseRecord(tombstone('abc', 7), 'abc', 8).kind, 'damaged')
  })
})
