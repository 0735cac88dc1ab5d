import assert from 'node:assert/strict'
import {fingerprintOfMachine} from '../../src/files/machine.ts'

describe('the machine that a record names', () => {
  it('row 67b: an empty file, "uninitialized" and zeros are no machine', () => {
    for (const text of ['', '\n', 'uninitialized\n', `${'0'.repeat(32)}\n`, 'ABC', `${'a'.repeat(31)}g`])
      assert.equal(fingerprintOfMachine(text), 'unknown', text)
    const known = [`${'a'.repeat(32)}\n`, 'a'.repeat(32), `${'b'.repeat(32)}\n`].map((text) =>
      fingerprintOfMachine(text),
    )
    assert.equal(known[0], known[1])
    assert.notEqual(known[1], known[2])
    assert.ok(known.every((name) => name !== 'unknown' && !name.includes('aaaa')))
  })
})
