import {jsonText, printable, printableLines, type Problem} from '@superset/identity'
import {stripVTControlCharacters, styleText} from 'node:util'

/** What goes to stderr: what happened, the next steps, and the code that scripts and search engines know. */
export function problemText(problem: Problem, stream: NodeJS.WritableStream): string {
  // Whoever said no knows that it was no error.
  if (problem.code === 'NOT_CONFIRMED') return `${printableLines(problem.message)}\n`
  const label = styleText('red', 'Error:', {stream})
  const lines = [
    `${label} ${printableLines(shortened(problem.message))}`,
    ...problem.suggestions.map((next) => `  ${printable(shortened(next))}`),
  ]
  return `${lines.join('\n')}\n  (${printable(problem.code)})\n`
}

/** What goes to stdout in JSON mode, and nothing else does. */
export function problemJson(problem: Problem): string {
  const [message, suggestions] = [shortened(problem.message), problem.suggestions.map((next) => shortened(next))]
  return `${jsonText({error: {...problem.toJSON(), message, suggestions}})}\n`
}

/** More than a person reads of one error; a server may send megabytes. What a parser or a plugin styled is plain here. */
const LONGEST = 10_000

function shortened(styled: string): string {
  const text = stripVTControlCharacters(styled)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
