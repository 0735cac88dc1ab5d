import assert from 'node:assert/strict'
import {fields, table} from '../../../src/output/table.ts'
import {printable, printableLines} from '@superset/identity'
import {idOf} from '../../../src/output/ids.ts'
import type {Column, ListView} from '../../../src/output/view.ts'

function list(...columns: Column[]): ListView {
  return {noun: 'things', columns}
}

describe('tables', () => {
  it('align their columns under upper-case headings', async () => {
    const text = await table(
      [
        {slug: 'a', dueDate: null},
        {slug: 'long-one', dueDate: '2026'},
      ],
      list('slug', 'dueDate'),
      {now: 0},
    )
    assert.equal(text, ['SLUG      DUE DATE', 'a         —', 'long-one  2026'].join('\n'))
  })

  it('align wide and combined characters by what a terminal shows', async () => {
    const text = await table(
      [
        {a: '日本', b: 'x'},
        {a: 'e\u0301', b: 'x'},
        {a: '👩‍👩‍👧', b: 'x'},
      ],
      list('a', 'b'),
      {now: 0},
    )
    assert.deepEqual(text.split('\n'), ['A     B', '日本  x', 'e\u0301     x', '👩‍👩‍👧    x'])
  })

  it('fit a terminal by cutting the widest column', async () => {
    const text = await table([{a: 'x'.repeat(50), b: 'short'}], list('a', 'b'), {width: 30, now: 0})
    assert.deepEqual(
      text.split('\n').map((line) => line.length <= 30),
      [true, true],
    )
    assert.match(text, /x{22}…  short$/)
  })

  it('do not tear what a reader sees as one character', async () => {
    const text = await table([{a: '日本語日本語日本語', b: 'y'}], list('a', 'b'), {width: 12, now: 0})
    assert.match(text.split('\n')[1] ?? '', /^日本語日…  y$/)
  })

  it('never cut what is to be copied, and leave out the last of what is not', async () => {
    const row = {slug: 's'.repeat(20), title: 't'.repeat(40), status: 'Todo', project: 'Web'}
    const view = {...list('slug', 'title', 'status', 'project'), keep: ['slug']}
    const at = async (width: number) => (await table([row], view, {width, now: 0})).split('\n')[1]
    assert.equal(await at(50), `${row.slug}  ${'t'.repeat(10)}…  Todo    Web`)
    assert.equal(await at(38), `${row.slug}  ttttttt…  Todo`)
    assert.equal(await at(20), row.slug)
    assert.equal(await at(5), row.slug)
  })

  it('leave out a column in which nothing is, unless it is one to copy', async () => {
    const view = {...list('slug', 'assignee', 'id'), keep: ['id']}
    const text = await table([{slug: 'a', assignee: null, id: ''}], view, {now: 0})
    assert.equal(text, 'SLUG  ID\na     —')
  })

  it('tell a time by its distance, and a day by its name or date', async () => {
    const now = Date.UTC(2026, 8, 1, 12)
    const view = list({name: 'at', as: 'relative'}, {name: 'on', heading: 'due', as: 'day'})
    const shown = async (at: unknown, on: unknown) => (await table([{at, on, x: 1}], view, {now})).split('\n')[1]
    assert.equal(await shown('2026-09-01T15:00:00Z', '2026-09-02T00:00:00Z'), 'in 3 hours  tomorrow')
    assert.equal(await shown('2026-08-30T12:00:00Z', '2026-09-01T00:00:00Z'), '2 days ago  today')
    assert.equal(await shown('2026-09-01T11:59:50Z', '2026-10-30T00:00:00Z'), 'just now  2026-10-30')
    assert.equal(await shown('not a time', 'soon'), 'not a time  soon')
  })

  it('cut nothing where the output is not a terminal', async () => {
    const title = 'x'.repeat(500)
    assert.ok((await table([{title}], list('title'), {now: 0})).includes(title))
  })

  it('show controls, and do not obey them', async () => {
    const text = await table([{title: 'a\u001b[2Jb\nc\u009b1m\u202ed'}], list('title'), {now: 0})
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
  it('is the id, or the whole row where there is none', () => {
    const rows = [{id: 'a', x: 1}, {name: 'b'}, {id: 5}]
    assert.deepEqual(
      rows.map((row) => idOf(row)),
      ['a', '{"name":"b"}', '{"id":5}'],
    )
    assert.equal(idOf({name: 'b', id: 'a'}, 'name'), 'b')
  })
})
