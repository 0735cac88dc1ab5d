import assert from 'node:assert/strict'
import {printable} from '../../src/network/answer.ts'
import {scopesBeyond} from '../../src/wider-scope.ts'

describe("a server's words", () => {
  it('are shown as they came where nothing in them is secret', () => {
    for (const text of ['jane.doe@engineering.example-company.com', '5f2b1c9e-7d1f-4a57-9f0e-1c2d3e4f5a6b']) {
      assert.equal(printable(text, 200), text)
    }

    const scope = 'https://www.googleapis.com/auth/userinfo.email'
    assert.deepEqual(scopesBeyond('openid', `openid ${scope}`), [scope])
  })

  it('are shown without what was sent, and without tokens', () => {
    assert.equal(printable('no such token: opaque-1234', 200, ['opaque-1234']), 'no such token: [secret]')
    assert.equal(printable(`unknown eyJhbGciOiJub25lIn0.${'e'.repeat(40)}.`, 200), 'unknown [secret]')
  })

  it('are cut, and hold no control characters', () => {
    assert.equal(printable('a\u001b[2Jb\u202ec', 200), 'a [2Jb c')
    assert.equal(printable('x'.repeat(1_000_000), 10), `${'x'.repeat(9)}…`)
    assert.equal(printable(`${'secret-value '.repeat(100)}`, 20, ['secret-value']), '[secret] [secret] […')
    assert.equal(printable(7, 10), undefined)
  })
})
