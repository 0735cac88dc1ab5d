import {generate} from 'lean-qr'
import assert from 'node:assert/strict'
import {qrCode} from '../../src/signin/qr-code.ts'
import {shown, verificationAddress} from '../../src/signin/verification-address.ts'

const ACME = 'https://id.acme.test/realms/main'

describe('row 84: the page of the device grant', () => {
  for (const [address, issuer, hosts = []] of [
    ['https://id.acme.test/device', ACME],
    ['https://ID.ACME.TEST/device', ACME],
    ['https://login.id.acme.test/activate?x=1', ACME],
    ['https://id.acme.test:8443/device', 'https://id.acme.test:8443'],
    ['https://id.acme.test/device', 'https://id.acme.test:8443'],
    ['https://www.google.com/device', 'https://accounts.google.com', ['www.google.com']],
    ['http://127.0.0.1:4000/device', 'http://127.0.0.1:4000'],
  ] as const) {
    it(`${address} belongs to ${issuer}${hosts.length > 0 ? ', by its settings' : ''}`, () => {
      assert.equal(verificationAddress(address, issuer, hosts), new URL(address).href)
    })
  }

  for (const [address, issuer, hosts = []] of [
    ['http://id.acme.test/device', ACME],
    ['https://acme.test/device', ACME],
    ['https://other.acme.test/device', ACME],
    ['https://evilid.acme.test.evil.test/device', ACME],
    ['https://evil-id.acme.test/device', ACME],
    ['https://id.acme.test@evil.test/device', ACME],
    ['https://user:x@id.acme.test/device', ACME],
    ['https://id.acme.test:9999/device', ACME],
    ['https://іd.acme.test/device', ACME],
    ['http://127.0.0.1:4000/device', ACME],
    ['https://localhost/device', ACME],
    ['http://127.0.0.1:4001/device', 'http://127.0.0.1:4000'],
    ['http://localhost:4000/device', 'http://127.0.0.1:4000'],
    ['https://evil.test/device', 'http://127.0.0.1:4000'],
    ['https://maps.google.com/device', 'https://accounts.google.com', ['www.google.com']],
    ['https://a.www.google.com/device', 'https://accounts.google.com', ['www.google.com']],
    ['http://www.google.com/device', 'https://accounts.google.com', ['www.google.com']],
    ['data:text/html,hello', ACME],
    ['', ACME],
  ] as const) {
    it(`${address || 'nothing'} does not belong to ${issuer}`, () => {
      assert.equal(verificationAddress(address, issuer, hosts), undefined)
    })
  }

  it('is shown without what a terminal would obey, and not endlessly', () => {
    assert.equal(shown(' AB\u001b[31mCD\u0007\u202eEF\u200b ', 60), 'AB[31mCDEF')
    assert.equal(shown('x'.repeat(100), 10), `${'x'.repeat(9)}…`)
  })
})

describe('a QR code on the terminal', () => {
  it('is the very code, light on dark, with room around it', () => {
    const text = 'https://id.acme.test/device?user_code=ABCD-EFGH'
    const lines = qrCode(text)
    const code = generate(text)
    const isDark = (x: number, y: number): boolean => {
      const block = [...(lines[(y + 2) >> 1] ?? '')][x + 2]
      return y % 2 === 0 ? block === '▄' || block === ' ' : block === '▀' || block === ' '
    }
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) assert.equal(isDark(x, y), code.get(x, y), `at ${x},${y}`)
    }

    assert.ok(lines[0]?.startsWith('█████') && [...lines[0]].length === code.size + 4)
  })
})
