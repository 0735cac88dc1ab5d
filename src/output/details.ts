import {printable, printableLines} from '@superset/identity'
import {relativeText, valueText} from './cell.ts'

/** One thing as a person reads it: what it is called, what is known of it, and its long text. */
export interface Details {
  readonly title: string
  /** Label and value; what has no value is left out. */
  readonly lines: ReadonlyArray<readonly [label: string, value: unknown]>
  readonly text?: string | null | undefined
}

export function detailsText({lines, text, title}: Details): string {
  const shown = lines.filter(([, value]) => valueText(value) !== valueText(null))
  const width = Math.max(0, ...shown.map(([label]) => label.length))
  const body = text?.trim() ? ['', printableLines(text.trimEnd())] : []
  return [
    printable(title),
    ...shown.map(([label, value]) => `${label.padEnd(width)}  ${valueText(value)}`),
    ...body,
  ].join('\n')
}

/** A name and the id beside it; the id alone where nobody knows the name. */
export function named(name: string | undefined, id: string | null | undefined): string | undefined {
  if (!id) return name
  return name === undefined ? id : `${name} (${id})`
}

/** How far away an instant is, and which it is. */
export function timed(instant: string | null | undefined, now: number): string | undefined {
  const time = new Date(instant ?? Number.NaN).getTime()
  if (Number.isNaN(time)) return instant ?? undefined
  return `${relativeText(time, now)} (${new Date(time).toISOString().replace('.000Z', 'Z')})`
}
