import assert from 'node:assert/strict'
import {instant, wholeNumber} from '../../../src/cli/values.ts'

describe('values on the command line', () => {
  for (const [text, iso] of [
    ['2026-09-01', '2026-09-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-09-01T12:00:00Z', '2026-09-01T12:00:00.000Z'],
    ['2026-09-01T12:00+02:00', '2026-09-01T10:00:00.000Z'],
  ] as const) {
    it(`takes ${text} for ${iso}`, () => assert.equal(instant(text), iso))
  }

  for (const text of [
    '2026-02-30',
    '2026-13-01',
    '2025-02-29',
    'someday',
    '+d',
    '+1000000d',
    '3d',
    '',
    '2026-9-1',
    '01/09/2026',
    '2026-09-01T12:00:00',
    '2026-09-01T25:00Z',
    '1',
  ]) {
    it(`refuses ${JSON.stringify(text)} as a date`, () => {
      assert.throws(() => instant(text), {code: 'USAGE_INVALID', exit: 2})
    })
  }

  // A Tuesday, late in the evening: the day is that of the machine's calendar.
  const tuesday = new Date(2026, 8, 1, 23, 30)
  for (const [text, day] of [
    ['today', '2026-09-01'],
    ['Tomorrow', '2026-09-02'],
    ['yesterday', '2026-08-31'],
    ['+3d', '2026-09-04'],
    ['-1d', '2026-08-31'],
    ['+2w', '2026-09-15'],
    ['friday', '2026-09-04'],
    ['tuesday', '2026-09-08'],
    ['monday', '2026-09-07'],
  ] as const) {
    it(`takes ${text} for that day`, () => assert.equal(instant(text, tuesday), `${day}T00:00:00.000Z`))
  }

  it('takes whole numbers within their range', () => {
    assert.equal(wholeNumber('1', {min: 1, max: 500}), 1)
    assert.equal(wholeNumber('500', {min: 1, max: 500}), 500)
    assert.equal(wholeNumber('007', {min: 0}), 7)
  })

  for (const text of ['0', '501', '-1', '1.5', '1e2', '0x10', '', ' ', 'NaN', '99999999999999999999']) {
    it(`refuses ${JSON.stringify(text)} as a number from 1 to 500`, () => {
      assert.throws(() => wholeNumber(text, {min: 1, max: 500}), {exit: 2})
    })
  }
})
