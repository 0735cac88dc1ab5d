import {type Check, printable} from '@superset/identity'
import {styleText} from 'node:util'

const MARKS = {pass: ['green', 'pass'], fail: ['red', 'FAIL'], skip: ['yellow', 'skip']} as const

/** One line for each check, and below a failed one what to do. */
export function checksText(checks: readonly Check[], stream: NodeJS.WritableStream): string {
  const width = Math.max(0, ...checks.map(({name}) => name.length))
  return checks
    .flatMap(({message, name, outcome, suggestions = []}) => {
      const [colour, mark] = MARKS[outcome]
      const line = `${styleText(colour, mark, {stream})}  ${printable(name).padEnd(width)}  ${printable(message)}`
      return [line, ...suggestions.map((next) => `      ${' '.repeat(width)}  ${printable(next)}`)]
    })
    .join('\n')
}
