import type {Problem} from '@superset/identity'
import {styleText} from 'node:util'
import {printable, printableLines} from './text.ts'

/** What goes to stderr: what happened, the next steps, and the code that scripts and search engines know. */
export function problemText(problem: Problem, stream: NodeJS.WritableStream): string {
  const label = styleText('red', 'Error:', {stream})
  const lines = [
    `${label} ${printableLines(problem.message)}`,
    ...problem.suggestions.map((next) => `  ${printable(next)}`),
  ]
  return `${lines.join('\n')}\n  (${printable(problem.code)})\n`
}

/** What goes to stdout in JSON mode, and nothing else does. */
export function problemJson(problem: Problem): string {
  return `${JSON.stringify({error: problem.toJSON()}, null, 2)}\n`
}
