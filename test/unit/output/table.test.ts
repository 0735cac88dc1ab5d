import assert from 'node:assert/strict'
import {fields, table} from '../../../src/output/table.ts'
import {printable, printableLines} from '@superset/identity'
import {idsOf} from '../../../src/output/ids.ts'

describe('tables', () => {
  it('align their columns under upper-case headings', async () => {
    const text = await table(
      [
        {slug: 'a', dueDate: null},
        {slug: 'long-one', dueDate: '2026'},
      ],
      ['slug', 'dueDate'],
    )
    assert.equal(text, ['SLUG      DUE DATE', 'a         —', 'long-one  2026'].join('\n'))
  })

  it('say when there is nothing', async () => {
    assert.equal(await table([], ['slug']), 'No results.')
  })

  it('align wide and combined characters by what a terminal shows', async () => {
    const text = await table(
      [
        {a: '日本', b: 'x'},
        {a: 'e\u0301', b: 'x'},
        {a: '👩‍👩‍👧', b: 'x'},
      ],
      ['a', 'b'],
    )
    assert.deepEqual(text.split('\n'), ['A     B', '日本  x', 'e\u0301     x', '👩‍👩‍👧    x'])
  })

  it('fit a terminal by cutting the widest column', async () => {
    const text = await table([{a: 'x'.repeat(50), b: 'short'}], ['a', 'b'], {width: 30})
    assert.deepEqual(
      text.split('\n').map((line) => line.length <= 30),
      [true, true],
    )
    assert.match(text, /x{22}…  short$/)
  })

  it('do not tear what a reader sees as one character', async () => {
    const text = await table([{a: '日本語日本語日本語', b: 'y'}], ['a', 'b'], {width: 12})
    assert.match(text.split('\n')[1] ?? '', /^日本語日…  y$/)
  })

  it('cut nothing where the output is not a terminal', async () => {
    const title = 'x'.repeat(500)
    assert.ok((await table([{title}], ['title'])).includes(title))
  })

  it('show controls, and do not obey them', async () => {
    const text = await table([{title: 'a\u001b[2Jb\nc\u009b1m\u202ed'}], ['title'])
    assert.equal(text.split('\n')[1], 'a\\u001b[2Jb\\nc\\u009b1m\\u202ed')
  })

  it('show one object as lines', () => {
    assert.equal(
      fields({slug: 'a', labels: ['x', 'y'], dueDate: null, active: true, more: {b: 1}, none: []}),
      ['slug     a', 'labels   x, y', 'dueDate  —', 'active   yes', 'more     {"b":1}', 'none     —'].join('\n'),
    )
  })
})

describe('texts for a terminal', () => {
  it('keep line breaks where they may stand', () => {
    assert.equal(printableLines('a\r\nb\u0007'), 'a\nb\\u0007')
    assert.equal(printable('tab\there'), 'tab\\there')
  })
})

describe('quiet output', () => {
  it('is ids, or the whole row where there is none', () => {
    assert.deepEqual(idsOf([{id: 'a', x: 1}, {name: 'b'}, {id: 5}]), ['a', '{"name":"b"}', '{"id":5}'])
  })
})
