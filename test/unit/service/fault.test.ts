import assert from 'node:assert/strict'
import {answerFault, retryAfter} from '../../../src/service/fault.ts'

describe('the judgement of answers', () => {
  for (const [name, status, body] of [
    ['null', 200, null],
    ['a list', 200, []],
    ['a string', 200, 'x'],
    ['a number', 200, 42],
    ['nothing', 200, undefined],
    ['an object of somebody else', 200, {hello: 1}],
    ['a result with an error status', 500, {result: {}}],
  ] as const) {
    it(`takes ${name} for no answer of the service`, () => {
      assert.equal(answerFault({status, headers: new Headers()}, body)?.kind, 'foreign')
    })
  }

  it('takes a result for a result', () => {
    assert.equal(answerFault({status: 200, headers: new Headers()}, {result: {data: {json: null}}}), undefined)
  })

  for (const [value, seconds] of [
    ['5', 5],
    ['0', 0],
    ['Tue, 01 Sep 2026 00:00:10 GMT', 10],
    ['Tue, 01 Sep 2026 00:00:00 GMT', 0],
    ['Mon, 31 Aug 2026 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
  ] as const) {
    it(`reads Retry-After: ${value}`, () => {
      const now = Date.parse('2026-09-01T00:00:00Z')
      const read = retryAfter(new Headers({'retry-after': value}), now)
      assert.equal(read, value === '-5' ? read : seconds)
      if (value === '-5') assert.ok(read === undefined || read >= 0)
    })
  }
})
