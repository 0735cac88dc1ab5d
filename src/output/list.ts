import {jsonText, printable} from '@superset/identity'
import {fieldText} from './cell.ts'
import {idOf} from './ids.ts'
import {table, type TableOptions} from './table.ts'
import {type ListView, nameOf, withFields} from './view.ts'

/** `lines`: for what reads a pipe, tab-separated without headings. */
export type ListFormat = 'csv' | 'ids' | 'json' | 'lines' | 'table' | 'tsv'

export interface ListOptions extends TableOptions {
  readonly format: ListFormat
  /** These alone, in this order. */
  readonly fields?: readonly string[] | undefined
}

/** Rows as they come from the service, a page at a time. */
export type Pages = AsyncIterable<readonly object[]> | Iterable<readonly object[]>

/** The text of a list in parts, each without its last line break, that can be written as soon as they are there. */
export async function* listText(pages: Pages, view: ListView, options: ListOptions): AsyncGenerator<string> {
  const chosen = withFields(view, options.fields)
  switch (options.format) {
    case 'table': {
      const rows: object[] = []
      for await (const page of pages) rows.push(...page)
      if (rows.length > 0) yield await table(rows, chosen, options)
      return
    }

    case 'json': {
      yield* jsonList(pages, options.fields)
      return
    }

    case 'ids': {
      for await (const page of pages)
        if (page.length > 0) yield page.map((row) => printable(idOf(row, view.id))).join('\n')
      return
    }

    case 'csv': {
      yield* csv(pages, chosen)
      return
    }

    case 'tsv':
    case 'lines': {
      if (options.format === 'tsv') yield chosen.columns.map(nameOf).join('\t')
      for await (const page of pages) if (page.length > 0) yield page.map((row) => tabbed(row, chosen)).join('\n')
    }
  }
}

/** Whoever prints it waits for its end, so that a fault on the way leaves no half of a JSON document. */
async function* jsonList(pages: Pages, fields: readonly string[] | undefined): AsyncGenerator<string> {
  let before: string | undefined
  for await (const page of pages) {
    if (page.length === 0) continue
    yield before === undefined ? '[' : `${before},`
    const text = jsonText(fields ? page.map((row) => pickFields(row, fields)) : page)
    before = text.slice('[\n'.length, -'\n]'.length)
  }

  if (before === undefined) yield '[]'
  else yield* [before, ']']
}

function pickFields(row: object, fields: readonly string[]): object {
  return Object.fromEntries(fields.map((field) => [field, (Reflect.get(row, field) as unknown) ?? null]))
}

function tabbed(row: object, {columns}: ListView): string {
  return columns.map((column) => printable(fieldText(Reflect.get(row, nameOf(column))))).join('\t')
}

async function* csv(pages: Pages, {columns}: ListView): AsyncGenerator<string> {
  const {stringify} = await import('csv-stringify/sync')
  const text = (rows: string[][]) => stringify(rows, {record_delimiter: '\n'}).trimEnd()
  yield text([columns.map(nameOf)])
  for await (const page of pages) {
    if (page.length === 0) continue
    yield text(page.map((row) => columns.map((column) => fieldText(Reflect.get(row, nameOf(column))))))
  }
}

/** What was looked for and not found, in the words of the flags that were typed. */
export function emptyText({noun}: ListView, flags: Readonly<Record<string, unknown>>): string {
  const filters = Object.entries(flags).flatMap(([name, value]) => {
    if (NO_FILTERS.has(name) || value === undefined || value === false) return []
    return value === true ? [`--${name}`] : [`--${name} ${JSON.stringify(value)}`]
  })
  return filters.length === 0 ? `There are no ${noun}.` : `No ${noun} match ${filters.join(' ')}.`
}

/** Flags that say where and how, not what is looked for. */
const NO_FILTERS = new Set([
  ...['all', 'api-key', 'fields', 'host', 'json', 'limit', 'local', 'offset', 'organization', 'output', 'profile'],
  ...['quiet', 'sort-by', 'sort-order'],
])
