import {printable, printableLines} from '@superset/identity'
import {type Column, nameOf} from './view.ts'

const NONE = '—'
const DAY_MS = 86_400_000
const UNITS = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const
/** Further away, the date says more than a number of days. */
const NEAR_DAYS = 14

/** As a person reads it, on one line. */
export function cellText(row: object, column: Column, now: number): string {
  const value: unknown = Reflect.get(row, nameOf(column))
  const as = typeof column === 'string' ? undefined : column.as
  if (as === 'mark') return value === true ? '*' : ''
  const time = as === undefined ? Number.NaN : timeOf(value)
  if (!Number.isNaN(time)) return as === 'day' ? dayText(time, now) : relativeText(time, now)
  return valueText(value)
}

/** Any value as a person reads it, on one line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return NONE
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.map(valueText).join(', ')
  return printable(plainText(value))
}

/** As a program reads it: nothing for what is not there, and nothing that is only for people. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return printableLines(Array.isArray(value) ? value.map(plainText).join(',') : plainText(value))
}

function plainText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function timeOf(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? new Date(value).getTime() : Number.NaN
}

/** `in 3 hours`, `2 days ago`. */
export function relativeText(time: number, now: number): string {
  const distance = time - now
  const format = new Intl.RelativeTimeFormat('en', {numeric: 'auto'})
  for (const [unit, length] of UNITS)
    if (Math.abs(distance) >= length) return format.format(Math.trunc(distance / length), unit)
  return distance < 0 ? 'just now' : 'in a moment'
}

/** A day is kept as its midnight in UTC; `now` is somewhere in the day of whoever looks. */
function dayText(time: number, now: number): string {
  const today = new Date(now)
  const distance = time - Date.UTC(today.getFullYear(), today.getMonth(), today.getDate())
  const days = Math.floor(distance / DAY_MS)
  if (Math.abs(days) > NEAR_DAYS) return new Date(time).toISOString().slice(0, 10)
  return new Intl.RelativeTimeFormat('en', {numeric: 'auto'}).format(days, 'day')
}
