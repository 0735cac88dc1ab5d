import assert from 'node:assert/strict'
import {styleText} from 'node:util'
import {jsonText, printable, printableLines, writeText} from '../src/screen.ts'

const CONTROLS = Array.from({length: 0x20}, (_, code) => code)
  .concat(Array.from({length: 0x21}, (_, code) => code + 0x7f))
  .map((code) => String.fromCharCode(code))
const MARKS = [...'\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069']

function written(text: string): string {
  let all = ''
  writeText({write: (part) => (all += String(part)) !== ''}, text)
  return all
}

describe('what is printed', () => {
  for (const control of [...CONTROLS, ...MARKS])
    it(`shows ${JSON.stringify(control)} (${control.charCodeAt(0).toString(16)}) instead of obeying it`, () => {
      assert.doesNotMatch(printable(`a${control}b`), /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u)
      if (control === '\n') return
      assert.equal(printableLines(`a${control}b`), printable(`a${control}b`))
      if (control !== '\t') assert.equal(written(`a${control}b`), `${printable(`a${control}b`)}\n`)
    })

  it('keeps line breaks where a text has lines', () => {
    assert.equal(printableLines('a\r\nb\nc'), 'a\nb\nc')
    assert.equal(written('a\nb'), 'a\nb\n')
  })

  it('keeps the styles of our own, and no other sequence', () => {
    for (const style of ['bold', 'dim', 'italic', 'underline', 'red', 'greenBright', 'gray'] as const) {
      const styled = styleText(style, 'x', {validateStream: false})
      assert.equal(written(styled), `${styled}\n`)
    }

    for (const sequence of ['8m', '5m', '41m', '31;8m', '2J', '1A', '38;5;1m', '?25l', '108m'])
      assert.equal(written(`\u001b[${sequence}`), `\\u001b[${sequence}\n`)
  })

  it('writes JSON that says the same and holds no control', () => {
    const value = {[`key${MARKS.join('')}`]: CONTROLS.join(''), rest: 'grüße 👩‍👩‍👧'}
    const text = jsonText(value)
    assert.deepEqual(JSON.parse(text), value)
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u)
  })
})
