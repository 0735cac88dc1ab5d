import {type Check, printable} from '@superset/identity'
import {styleText} from 'node:util'

const MARKS = {
  pass: ['green', 'pass'],
  fail: ['red', 'FAIL'],
  skip: ['gray', 'skip'],
  warn: ['yellow', 'warn'],
} as const

/** One line for each check, and below what is wrong what mends it; the last line counts. */
export function checksText(checks: readonly Check[], stream: NodeJS.WritableStream): string {
  const width = Math.max(0, ...checks.map(({name}) => printable(name).length))
  const lines = checks.flatMap(({message, name, outcome, suggestions = []}) => {
    const [colour, mark] = MARKS[outcome]
    const line = `${styleText(colour, mark, {stream})}  ${printable(name).padEnd(width)}  ${printable(message)}`
    return [line, ...suggestions.map((next) => `      ${' '.repeat(width)}  ${printable(next)}`)]
  })
  return [...lines, '', summary(checks)].join('\n')
}

function summary(checks: readonly Check[]): string {
  const count = (wanted: Check['outcome']): number => checks.filter(({outcome}) => outcome === wanted).length
  const [failed, warned] = [count('fail'), count('warn')]
  const warnings = warned === 0 ? '' : `${warned} ${warned === 1 ? 'warning' : 'warnings'}`
  if (failed === 0) return warnings === '' ? 'Nothing is wrong.' : `Nothing fails; ${warnings}.`
  const first = checks.find(({outcome}) => outcome === 'fail')?.name ?? ''
  const rest = warnings === '' ? '' : `, ${warnings}`
  return `${failed} ${failed === 1 ? 'failure' : 'failures'}${rest}. Mend ${printable(first)} first.`
}
