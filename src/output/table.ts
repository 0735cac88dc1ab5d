import stringWidth from 'string-width'
import {printable} from './text.ts'

export interface TableOptions {
  /** Of the terminal; `undefined` where the output is not one: nothing is cut short then. */
  readonly width?: number | undefined
  /** Decorates the header line. */
  readonly heading?: (text: string) => string
}

const GAP = '  '
const NONE = '—'
const NARROWEST = 8
const segmenter = new Intl.Segmenter()

/** Rows under upper-case headings, aligned by what a terminal shows; too wide columns are cut, the widest first. */
export function table(rows: readonly object[], columns: readonly string[], options: TableOptions = {}): string {
  if (rows.length === 0) return 'No results.'
  const headings = columns.map((column) => column.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase())
  const cells = rows.map((row) => columns.map((column) => cell(Reflect.get(row, column))))
  const natural = headings.map((_, index) =>
    Math.max(...[headings, ...cells].map((line) => stringWidth(line[index] ?? ''))),
  )
  const widths = options.width === undefined ? natural : fit(natural, options.width)
  const [first = '', ...rest] = [headings, ...cells].map((line) => joined(line, widths))
  return [options.heading ? options.heading(first) : first, ...rest].join('\n')
}

/** `name: value` lines. */
export function fields(row: object): string {
  const names = Object.keys(row)
  const width = Math.max(0, ...names.map((name) => name.length))
  return names.map((name) => `${name.padEnd(width)}  ${cell(Reflect.get(row, name))}`).join('\n')
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return NONE
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.map(cell).join(', ')
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

function joined(line: readonly string[], widths: readonly number[]): string {
  const padded = line.map((text, index) => {
    const width = widths[index] ?? 0
    const shown = cut(text, width)
    return index === line.length - 1 ? shown : shown + ' '.repeat(width - stringWidth(shown))
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

/** Cuts by what a reader sees as one character, so that neither a wide nor a combined one is torn. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let shown = ''
  let used = 0
  for (const {segment} of segmenter.segment(text)) {
    const next = stringWidth(segment)
    if (used + next > width - 1) break
    shown += segment
    used += next
  }

  return `${shown}…`
}
