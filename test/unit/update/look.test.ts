import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {begun, isDue, isOwn, keepLook, lastLook, type UpdateCheck, untold} from '../../../src/update/look.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2030, 0, 1)
const look = (change: Partial<UpdateCheck>): UpdateCheck => ({
  at: NOW,
  next: NOW + 26 * HOUR,
  outcome: 'current',
  ...change,
})

describe('the look for a newer version', () => {
  for (const [title, last, now, due] of [
    ['where there was none', undefined, NOW, true],
    ['not right after one', look({}), NOW, false],
    ['not after a day, if its place in the day is later', look({}), NOW + 25 * HOUR, false],
    ['from its time on', look({}), NOW + 26 * HOUR, true],
    ['after one that left no outcome, on the next day alone', look({outcome: 'started'}), NOW + HOUR, false],
    ['where the clock was ahead', look({at: NOW + 400 * HOUR, next: NOW + 426 * HOUR}), NOW, true],
    ['where the next is said to be in years', look({next: NOW + 9999 * HOUR}), NOW, true],
  ] as const)
    it(`is due ${title}: ${due}`, () => assert.equal(isDue(last, now), due))

  it('is made between 24 and 30 hours after the one before', () => {
    assert.equal(begun(NOW, 0).next - NOW, 24 * HOUR)
    assert.ok(begun(NOW, 0.999).next - NOW <= 30 * HOUR)
  })

  it('tells of an update only in the version that it led to', () => {
    const updated = look({outcome: 'updated', version: '1.1.0', from: '1.0.0'})
    assert.deepEqual(untold(updated, '1.1.0'), {from: '1.0.0', to: '1.1.0'})
    assert.equal(untold(updated, '1.0.0'), undefined)
    const {from: _, ...told} = updated
    assert.equal(untold(told, '1.1.0'), undefined)
  })

  describe('on disk', () => {
    let root: string
    beforeEach(() => {
      root = mkdtempSync(path.join(os.tmpdir(), 'look-'))
    })
    afterEach(() => rmSync(root, {recursive: true}))

    it('is what was kept', () => {
      const kept = look({outcome: 'failed', code: 'UPDATE_NETWORK', version: '1.1.0'})
      assert.ok(keepLook(root, kept, '.draft'))
      assert.deepEqual(lastLook(root), kept)
    })

    for (const text of ['', '{', 'null', '[]', '{"at": "1"}', '{"seenBy":"1.0.0","version":"1.1.0"}'])
      it(`is none where the file holds ${JSON.stringify(text)}`, () => {
        writeFileSync(path.join(root, 'update-check.json'), text)
        assert.equal(lastLook(root), undefined)
      })

    it('takes no word from the file that it does not know', () => {
      const odd = {...look({}), version: '1.1.0\u001b[2J', from: 'x', code: 'rm -rf'}
      writeFileSync(path.join(root, 'update-check.json'), JSON.stringify(odd))
      assert.deepEqual(lastLook(root), look({}))
    })

    it('is nobody else’s: an installation is its owner’s, though root may write everywhere', () => {
      assert.equal(isOwn(root, process.getuid?.()), false, 'without versions it is none')
      writeFileSync(path.join(root, 'versions'), '')
      assert.equal(isOwn(root, process.getuid?.()), true)
      assert.equal(isOwn(root, 4711), false)
    })
  })
})
