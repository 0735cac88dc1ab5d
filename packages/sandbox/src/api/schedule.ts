// The module is CommonJS to Node, which does not see its names one by one.
import rrule from 'rrule'

export interface Schedule {
  /** The body of a recurrence rule (RFC 5545), without DTSTART. */
  readonly rrule: string
  readonly dtstart: Date
  /** IANA name. */
  readonly timezone: string
}

/**
 * The next occurrences after now.
 * @throws Error with the library's words when the rule makes no sense, as the service answers
 */
export function occurrences({rrule: body, dtstart, timezone}: Schedule, count: number): Date[] {
  const start = toWallClock(dtstart, timezone)
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, '')
  const rule = rrule.RRule.fromString(`DTSTART:${start}\nRRULE:${body}`)
  const found: Date[] = []
  let after: Date | null = toWallClock(new Date(), timezone)
  while (found.length < count) {
    after = rule.after(after)
    if (!after) break
    found.push(fromWallClock(after, timezone))
  }

  return found
}

/** @throws Error when the rule is not one, or ends in the past */
export function nextRun(schedule: Schedule): Date {
  const [next] = occurrences(schedule, 1)
  if (!next) throw new Error('Recurrence has no future occurrences')
  return next
}

const CADENCES: Readonly<Record<string, string>> = {
  MINUTELY: 'Every minute',
  HOURLY: 'Hourly',
  DAILY: 'Daily',
  WEEKLY: 'Weekly',
  MONTHLY: 'Monthly',
  YEARLY: 'Annually',
}
const DAYS: Readonly<Record<string, string>> = {
  'MO,TU,WE,TH,FR': 'Weekdays',
  'SA,SU': 'Weekends',
  MO: 'Mondays',
  TU: 'Tuesdays',
  WE: 'Wednesdays',
  TH: 'Thursdays',
  FR: 'Fridays',
  SA: 'Saturdays',
  SU: 'Sundays',
}

/** A rule in words, the usual ones: `Daily at 3:00 AM`. */
export function describe(body: string): string {
  const parts = new Map(body.split(';').map((part) => part.split('=') as [string, string]))
  const days = parts.get('BYDAY')
  const cadence = days === undefined ? CADENCES[parts.get('FREQ') ?? ''] : DAYS[days]
  const known = ['FREQ', 'BYDAY', 'BYHOUR', 'BYMINUTE']
  if (!cadence || [...parts.keys()].some((name) => !known.includes(name))) return 'Custom'
  const hour = parts.get('BYHOUR')
  if (hour === undefined) return cadence
  const time = new Date(Date.UTC(2000, 0, 1, Number(hour), Number(parts.get('BYMINUTE') ?? 0)))
  return `${cadence} at ${time.toLocaleTimeString('en-US', {timeZone: 'UTC', timeStyle: 'short'}).replace('\u202F', ' ')}`
}

/** What the clocks of a zone show, written as if it were UTC: the library reckons in that. */
function toWallClock(instant: Date, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric'},
    ...{hour: 'numeric', minute: 'numeric', second: 'numeric'},
  }).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((found) => found.type === type)?.value)
  const date = [part('year'), part('month') - 1, part('day')] as const
  return new Date(Date.UTC(...date, part('hour'), part('minute'), part('second')))
}

function fromWallClock(wall: Date, timeZone: string): Date {
  const offset = (instant: Date) => toWallClock(instant, timeZone).getTime() - instant.getTime()
  const guess = new Date(wall.getTime() - offset(wall))
  // Once more: the offset may have changed between the two, as on a night when the clocks are put forward.
  return new Date(wall.getTime() - offset(guess))
}
