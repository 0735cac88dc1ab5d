import assert from 'node:assert/strict'
import {edit, NOTHING_TYPED} from '../../src/terminal/line-editor.ts'

describe('a line as it is typed', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[], string, string]> = [
    ['letters', ['ab', 'c'], 'abc', ''],
    ['backspace takes a whole character', ['aé😀', '\u007F\u007F'], 'a', ''],
    ['Ctrl-U clears', ['abc\u0015d'], 'd', ''],
    ['Enter ends a line and keeps what follows', ['ab\rcd\r'], 'ab\ncd\n', 'enter,enter'],
    ['arrows and function keys are no text', ['a\u001B[A\u001BOPb\u001B[15~c'], 'abc', ''],
    ['a sequence cut in two', ['a\u001B', '[', '200', '~b\u001B[201~'], 'ab', ''],
    ['a pasted line break is kept', ['\u001B[200~ab\ncd\u001B[201~'], 'ab\ncd', 'enter'],
    ['Ctrl-C, which flushes what was typed ahead', ['ab\u0003cd\r'], 'ab', 'interrupt'],
    ['Ctrl-Z', ['ab\u001A'], 'ab', 'suspend'],
    ['Ctrl-D ends an empty line', ['\u0004'], '', 'end'],
    ['Ctrl-D in a line is nothing', ['a\u0004'], 'a', ''],
    ['other controls are no text', ['a\u0000\u0007\u009Bb'], 'ab', ''],
  ]
  for (const [name, chunks, text, keys] of cases) {
    it(name, () => {
      let typed = NOTHING_TYPED
      const pressed: string[] = []
      for (const chunk of chunks) {
        const edited = edit(typed, chunk)
        typed = edited.typed
        pressed.push(...edited.keys)
      }

      assert.equal(typed.text, text)
      assert.equal(pressed.join(), keys)
    })
  }

  it('shows the mask and nothing of a secret', () => {
    assert.equal(edit(NOTHING_TYPED, 'a\u001B[Ab', '*').echo, '**')
  })

  it('keeps 64 KB', () => {
    const long = 'x'.repeat(64 * 1024)
    assert.equal(edit(NOTHING_TYPED, long).typed.text, long)
  })
})
