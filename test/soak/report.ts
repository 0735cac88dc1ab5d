import type {Tally} from './tally.ts'

const COLUMNS = [
  'section',
  'rounds',
  'runs',
  'lost',
  'max presented',
  'requests',
  'waits ms (median/max)',
  'wrong messages',
  'violations',
] as const

/** The table, then what was met, and what went wrong. */
export function report(tallies: readonly Tally[]): string {
  const rows = [[...COLUMNS], ...tallies.map(rowOf)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...table, '', ...tallies.flatMap(detailsOf)].join('\n')
}

function rowOf(tally: Tally): string[] {
  if (tally.skipped) return [tally.section, `skipped: ${tally.skipped}`]
  const {section, rounds, runs, lost, maxPresentations, requests, waits, wrongMessages, violations} = tally
  const sorted = waits.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  const waited = middle === undefined ? '-' : `${Math.round(middle)}/${Math.round(sorted.at(-1) ?? 0)}`
  // Where nobody presented anything that was looked at, there is nothing to say.
  const counts = [rounds, runs, lost, maxPresentations || '-', requests].map(String)
  return [section, ...counts, waited, String(wrongMessages.length), String(violations.length)]
}

function detailsOf({section, met, wrongMessages, violations}: Tally): string[] {
  const seen = [...met].map(([what, times]) => `${what} ${times}`).join(', ')
  return [
    ...(seen ? [`${section}: ${seen}`] : []),
    ...grouped(wrongMessages).map((text) => `${section}: WRONG MESSAGE ${text}`),
    ...grouped(violations).map((text) => `${section}: VIOLATION ${text}`),
  ]
}

/** A hundred runs that say the same are told once. */
function grouped(texts: readonly string[]): string[] {
  const times = new Map<string, number>()
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1)
  return [...times].map(([text, count]) => (count === 1 ? text : `(${count} times) ${text}`))
}
