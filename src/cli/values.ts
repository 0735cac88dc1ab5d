import {usage} from './errors.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/
/** RFC 3339: an instant is nothing without its offset. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i

/** @throws Problem USAGE_INVALID (2) for a date that does not exist, too */
export function instant(text: string): string {
  const isDay = DAY.test(text)
  const date = new Date(isDay ? `${text}T00:00:00.000Z` : text)
  const isReal = (isDay || INSTANT.test(text)) && !Number.isNaN(date.getTime()) && hasDay(text.slice(0, 10))
  if (!isReal)
    throw usage(`${JSON.stringify(text)} is not a date. Use YYYY-MM-DD, or an instant such as 2026-09-01T12:00:00Z.`)
  return date.toISOString()
}

/** `Date` takes 2026-02-30 for March 2nd. */
function hasDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

/** @throws Problem USAGE_INVALID (2) */
export function wholeNumber(text: string, {max, min}: {readonly min: number; readonly max?: number}): number {
  const value = Number(text)
  const isInside = value >= min && value <= (max ?? Number.MAX_SAFE_INTEGER)
  if (/^[+-]?\d+$/.test(text) && isInside) return value
  const range = max === undefined ? `${min} or more` : `from ${min} to ${max}`
  throw usage(`${JSON.stringify(text)} is not a whole number, ${range}.`)
}
