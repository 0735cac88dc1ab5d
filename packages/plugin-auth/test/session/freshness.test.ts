import assert from 'node:assert/strict'
import {freshness, leewayMs} from '../../src/session/freshness.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('leewayMs', () => {
  const table: ReadonlyArray<[string, number | undefined, number]> = [
    ['a week: a tenth', 7 * DAY, 60_480_000],
    ['half an hour: five minutes', 30 * MINUTE, 5 * MINUTE],
    ['a minute: a third, so that not every run refreshes', MINUTE, MINUTE / 3],
    ['unknown: five minutes', undefined, 5 * MINUTE],
  ]
  for (const [name, lifetime, expected] of table) it(name, () => assert.equal(leewayMs(lifetime), expected))
})

describe('freshness', () => {
  const times = {expiresAt: 100 * MINUTE, lifetimeMs: 60 * MINUTE, clockOffsetMs: 0, receivedAt: 40 * MINUTE}
  it('is fresh, then due, then expired', () => {
    assert.equal(freshness(times, 93 * MINUTE), 'fresh')
    assert.equal(freshness(times, 95 * MINUTE), 'due')
    assert.equal(freshness(times, 100 * MINUTE), 'expired')
  })
  it('goes by the server’s clock: ours an hour behind does not prolong the token', () => {
    assert.equal(freshness({...times, clockOffsetMs: 60 * MINUTE}, 41 * MINUTE), 'expired')
  })
  it('goes by the server’s clock: ours an hour ahead does not end it early', () => {
    assert.equal(freshness({...times, clockOffsetMs: -60 * MINUTE}, 110 * MINUTE), 'fresh')
  })
  it('uses a token of unknown life until the API refuses it (row 32)', () => {
    assert.equal(freshness({clockOffsetMs: 0, receivedAt: 0}, Number.MAX_SAFE_INTEGER), 'fresh')
  })
})
