import assert from 'node:assert/strict'
import {redactSecrets} from '../src/secrecy.ts'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const JWT = `${part({alg: 'RS256', typ: 'JWT'})}.${part({sub: 'ada'})}.${'s'.repeat(86)}`
const API_KEY = `sk_live_${'a1B2'.repeat(16)}`

describe('a text that is shown', () => {
  for (const [name, text, shown] of [
    ['a JSON Web Token', `it is ${JWT}, or so`, 'it is [secret], or so'],
    ['one without a signature', `it is ${JWT.split('.').slice(0, 2).join('.')}`, 'it is [secret]'],
    ['one that something is glued to', `token_${JWT}`, 'token_[secret]'],
    ['one behind another that is none', `eyJ.${JWT}`, 'eyJ.[secret]'],
    ['one in an address', `https://x.test/?id_token=${JWT}&a=b`, 'https://x.test/?id_token=[secret]&a=b'],
    ['an API key', `key=${API_KEY};`, 'key=[secret];'],
  ] as const) {
    it(`does not hold ${name}`, () => assert.equal(redactSecrets(text), shown))
  }

  it('holds no known secret, in whatever form it is repeated', () => {
    const secret = 'p"a+ss/wö rd'
    const text = [secret, JSON.stringify({secret}), new URLSearchParams({secret}).toString()].join(' ')
    assert.doesNotMatch(redactSecrets(`${text} ${encodeURIComponent(secret)}`, [secret]), /ss\/w|ss%2Fw/)
    assert.equal(redactSecrets('opaque-token-1 opaque-token', ['opaque-token', 'opaque-token-1']), '[secret] [secret]')
    assert.equal(redactSecrets('a lone \ud800 surrogate', ['\ud800 surrogate']), 'a lone [secret]')
  })

  it('keeps names, identifiers and addresses', () => {
    for (const text of [
      'jane.doe@engineering.example-company.com',
      '5f2b1c9e-7d1f-4a57-9f0e-1c2d3e4f5a6b',
      'https://www.googleapis.com/auth/userinfo.profile',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      `sha512-${'a'.repeat(88)}`,
      'a short one: ab',
    ]) {
      assert.equal(redactSecrets(text, ['ab']), text)
    }
  })

  // A hundred times the text may take a few hundred times as long, not ten thousand times: the pattern of before took 45 s.
  for (const [name, unit] of [
    ['beginnings of tokens', 'eyJ'],
    ['tokens without an end', 'eyJhbGciOiJS'],
    ['headers alone', 'eyJhbGciOiJS.'],
    ['beginnings of keys', 'sk_live_'],
    ['beginnings of prefixes', 'sk_'],
    ['dots', '.'],
    ['blanks', ' '],
  ] as const) {
    it(`row 104: is looked through in a time that grows with it: ${name}`, () => {
      const time = (length: number): number => {
        const text = unit.repeat(length / unit.length)
        const begun = performance.now()
        redactSecrets(text, ['nowhere in it'])
        return performance.now() - begun
      }

      time(10_000)
      const small = Math.max(time(10_000), 0.5)
      assert.ok(time(1_000_000) < small * 3000, 'it grows with the square of the length')
    })
  }
})
