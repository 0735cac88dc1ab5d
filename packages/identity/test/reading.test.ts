import assert from 'node:assert/strict'
import {reasonOf} from '../src/reading.ts'

describe('the reason of an unexpected error', () => {
  it('is its first line, without the full stop', () => assert.equal(reasonOf(new Error('  first.\nsecond')), 'first'))
  it('is not endless', () => assert.equal(reasonOf('x'.repeat(300)).length, 201))
  it('may be empty', () => assert.equal(reasonOf(''), ''))
})
