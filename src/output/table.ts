import {printable} from '@superset/identity'
import {cellText, valueText} from './cell.ts'
import {type TextMeasure, measureFor} from './measure.ts'
import {type Column, type ListView, nameOf} from './view.ts'

export interface TableOptions {
  /** Of the terminal; `undefined` where the output is not one: nothing is cut short then. */
  readonly width?: number | undefined
  /** Milliseconds since 1970, for what is told by its distance from now. */
  readonly now: number
  /** Decorates the header line. */
  readonly heading?: (text: string) => string
}

const GAP = '  '
const NARROWEST = 8

/**
 * Rows under upper-case headings, aligned by what a terminal shows. Columns without any value are left out; where the
 * terminal is too narrow the widest are cut first, then the last are left out, but never one that is to be copied.
 */
export async function table(rows: readonly object[], view: ListView, options: TableOptions): Promise<string> {
  const {keep = []} = view
  const columns = view.columns.filter((column) => rows.some((row) => hasValue(row, column)) || isKept(column, keep))
  const lines = [columns.map(headingOf), ...rows.map((row) => columns.map((one) => cellText(row, one, options.now)))]
  const measure = await measureFor(lines.flat())
  const natural = columns.map((column, index) => ({
    index,
    isKept: isKept(column, keep),
    width: Math.max(...lines.map((line) => measure.width(line[index] ?? ''))),
  }))
  const shown = options.width === undefined ? natural : fit(natural, options.width)
  const [first = '', ...rest] = lines.map((line) => joined(line, shown, measure))
  return [options.heading ? options.heading(first) : first, ...rest].join('\n')
}

/** One line for each field of an object. */
export function fields(row: object): string {
  const names = Object.keys(row)
  const width = Math.max(0, ...names.map((name) => name.length))
  return names.map((name) => `${printable(name).padEnd(width)}  ${valueText(Reflect.get(row, name))}`).join('\n')
}

/** `dueDate` is DUE DATE to a person, unless it has a heading of its own. */
function headingOf(column: Column): string {
  const heading = typeof column === 'string' ? undefined : column.heading
  return (heading ?? nameOf(column)).replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase()
}

interface Width {
  readonly index: number
  readonly isKept: boolean
  readonly width: number
}

function hasValue(row: object, column: Column): boolean {
  const value: unknown = Reflect.get(row, nameOf(column))
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

function isKept(column: Column, keep: readonly string[]): boolean {
  return keep.includes(nameOf(column))
}

function joined(line: readonly string[], widths: readonly Width[], measure: TextMeasure): string {
  const padded = widths.map(({index, width}) => {
    const shown = measure.cut(line[index] ?? '', width)
    return shown + ' '.repeat(Math.max(0, width - measure.width(shown)))
  })
  return padded.join(GAP).trimEnd()
}

function fit(natural: readonly Width[], terminal: number): readonly Width[] {
  let widths = [...natural]
  const total = () => widths.reduce((sum, {width}) => sum + width, GAP.length * (widths.length - 1))
  while (total() > terminal) {
    const widest = widths
      .filter(({isKept, width}) => !isKept && width > NARROWEST)
      .toSorted((a, b) => b.width - a.width)[0]
    if (widest) {
      widths = widths.map((one) => (one.index === widest.index ? {...one, width: one.width - 1} : one))
      continue
    }

    const last = widths.findLast(({isKept}) => !isKept)
    if (!last || widths.length === 1) break
    widths = widths.filter((one) => one !== last)
  }

  return widths
}
