import {printable} from '@superset/identity'
import {type TextMeasure, measureFor} from './measure.ts'

export interface TableOptions {
  /** Of the terminal; `undefined` where the output is not one: nothing is cut short then. */
  readonly width?: number | undefined
  /** Decorates the header line. */
  readonly heading?: (text: string) => string
}

const GAP = '  '
const NONE = '—'
const NARROWEST = 8

/** Rows under upper-case headings, aligned by what a terminal shows; too wide columns are cut, the widest first. */
export async function table(
  rows: readonly object[],
  columns: readonly string[],
  options: TableOptions = {},
): Promise<string> {
  if (rows.length === 0) return 'No results.'
  const headings = columns.map((column) => column.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase())
  const lines = [headings, ...rows.map((row) => columns.map((column) => cell(Reflect.get(row, column))))]
  const measure = await measureFor(lines.flat())
  const natural = columns.map((_, index) => Math.max(...lines.map((line) => measure.width(line[index] ?? ''))))
  const widths = options.width === undefined ? natural : fit(natural, options.width)
  const [first = '', ...rest] = lines.map((line) => joined(line, widths, measure))
  return [options.heading ? options.heading(first) : first, ...rest].join('\n')
}

/** One line for each field of an object. */
export function fields(row: object): string {
  const names = Object.keys(row)
  const width = Math.max(0, ...names.map((name) => name.length))
  return names.map((name) => `${printable(name).padEnd(width)}  ${cell(Reflect.get(row, name))}`).join('\n')
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return NONE
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.map(cell).join(', ')
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

function joined(line: readonly string[], widths: readonly number[], measure: TextMeasure): string {
  const padded = line.map((text, index) => {
    const width = widths[index] ?? 0
    const shown = measure.cut(text, width)
    return shown + ' '.repeat(Math.max(0, width - measure.width(shown)))
  })
  return padded.join(GAP).trimEnd()
}

/** Takes columns from the widest until the line fits, or every column is at its narrowest. */
function fit(natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  const total = () => widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1))
  while (total() > width) {
    const widest = Math.max(...widths)
    if (widest <= NARROWEST) break
    widths[widths.indexOf(widest)] = widest - 1
  }

  return widths
}
