/** What a person can take in; the rest repeats it. */
const MOST_ISSUES = 50
const LONGEST = 500

/** The service sends the issues of its validation as JSON inside the message: one line for each field (fault row 95). */
export function validationText(message: string): string {
  const issues = parseIssues(message)
  if (issues) return issues.slice(0, MOST_ISSUES).map(issueText).join('\n')
  return message.length > 4 * LONGEST ? `${message.slice(0, 4 * LONGEST)}…` : message
}

/** Nothing in an issue is known to be of the type that it should be. */
function issueText({code, message, minimum, origin, path}: Readonly<Record<string, unknown>>): string {
  const isEmpty = code === 'too_small' && minimum === 1 && (origin === 'string' || origin === 'array')
  const text = isEmpty ? 'must not be empty' : typeof message === 'string' ? message : 'is not valid'
  const names = Array.isArray(path) ? path.filter((part) => ['string', 'number'].includes(typeof part)) : []
  return (names.length === 0 ? text : `${names.join('.')}: ${text}`).slice(0, LONGEST)
}

function parseIssues(message: string): ReadonlyArray<Readonly<Record<string, unknown>>> | undefined {
  if (!message.trimStart().startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(message)
    const isIssues =
      Array.isArray(parsed) && parsed.length > 0 && parsed.every((one) => typeof one === 'object' && one !== null)
    return isIssues ? (parsed as Record<string, unknown>[]) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // a message that only looks like JSON
    throw error
  }
}
