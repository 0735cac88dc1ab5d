import {usage} from './errors.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/
/** RFC 3339: an instant is nothing without its offset. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const DAYS_OF: Readonly<Record<string, number>> = {d: 1, w: 7}
const DAY_MS = 86_400_000

/**
 * `2026-09-01`, an instant with its offset, or a day as people say it, by this machine's calendar.
 * @throws Problem USAGE_INVALID (2) for a date that does not exist, too
 */
export function instant(text: string, now = new Date()): string {
  const day = DAY.test(text) ? text : spokenDay(text.trim().toLowerCase(), now)
  const date = new Date(day === undefined ? text : `${day}T00:00:00.000Z`)
  const isReal =
    (day !== undefined || INSTANT.test(text)) && !Number.isNaN(date.getTime()) && hasDay((day ?? text).slice(0, 10))
  if (!isReal)
    throw usage(
      `${JSON.stringify(text)} is not a date. Use YYYY-MM-DD, tomorrow, friday, +3d, or an instant such as 2026-09-01T12:00:00Z.`,
    )
  return date.toISOString()
}

/** `today`, `tomorrow`, `yesterday`, the next `friday`, `+3d`, `-2w`. */
function spokenDay(text: string, now: Date): string | undefined {
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())
  const days = daysFrom(text, now.getDay())
  if (days === undefined || !Number.isSafeInteger(days) || Math.abs(days) > 36_500) return undefined
  return new Date(today + days * DAY_MS).toISOString().slice(0, 10)
}

function daysFrom(text: string, weekday: number): number | undefined {
  const named = ['yesterday', 'today', 'tomorrow'].indexOf(text)
  if (named !== -1) return named - 1
  const wanted = WEEKDAYS.indexOf(text)
  if (wanted !== -1) return ((wanted - weekday + 6) % 7) + 1
  const [, sign, number, unit] = /^([+-])(\d{1,5})([dw])$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(`${sign}${number}`) * (DAYS_OF[unit] ?? 1)
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
