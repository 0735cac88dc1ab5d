import assert from 'node:assert/strict'
import {toTokens} from '../../src/refresh/to-tokens.ts'

const now = 1_700_000_000_000
const body = {accessToken: 'opaque'}

describe('toTokens', () => {
  it('row 38: keeps the old refresh token when none came', () => {
    const previous = {accessToken: 'old', refreshToken: 'kept', clockOffsetMs: 0, receivedAt: 0}
    assert.equal(toTokens(body, {now, previous}).refreshToken, 'kept')
  })
  for (const expiresIn of [0, -1, Number.NaN, 1.5, 'soon', null, {}]) {
    it(`row 34: expires_in ${String(expiresIn)} makes the life unknown, never infinite`, () => {
      assert.equal(toTokens({...body, expiresIn}, {now}).expiresAt, undefined)
    })
  }
  it('row 33: reads expires_in as text', () =>
    assert.equal(toTokens({...body, expiresIn: '60'}, {now}).lifetimeMs, 60_000))
  it('row 35: caps a life of centuries at a year', () => {
    assert.equal(toTokens({...body, expiresIn: 2 ** 60}, {now}).lifetimeMs, 365 * 24 * 3600 * 1000)
  })
  it('rows 32 and 35: a life that is not said, or said to be endless, is what the settings of the issuer say', () => {
    const life = (expiresIn?: unknown) => toTokens({...body, expiresIn}, {now, accessTokenSeconds: 120}).lifetimeMs
    assert.deepEqual(
      [life(), life(-1), life(2 ** 60), life(60), life(86_400)],
      [120_000, 120_000, 120_000, 60_000, 86_400_000],
    )
  })
  it('row 32: falls back to the claims of a JWT', () => {
    const claims = Buffer.from(JSON.stringify({iat: 100, exp: 160})).toString('base64url')
    assert.equal(toTokens({accessToken: `x.${claims}.y`}, {now}).lifetimeMs, 60_000)
  })
  it('row 68: notes how far our clock is off, and counts the life on the server’s', () => {
    const tokens = toTokens({...body, expiresIn: 60, serverDate: now + 3_600_000}, {now})
    assert.equal(tokens.clockOffsetMs, 3_600_000)
    assert.equal(tokens.expiresAt, now + 3_600_000 + 60_000)
  })
  it('does not take the second that `Date` cuts off for a wrong clock', () => {
    assert.equal(toTokens({...body, serverDate: now - 900}, {now}).clockOffsetMs, 0)
  })
})
