/** What a person can take in; the rest repeats it. */
const MOST_ISSUES = 50
const LONGEST = 500

/** The service sends the issues of its validation as JSON inside the message: one line for each field (fault row 95). */
export function validationText(message: string): string {
  const issues = parseIssues(message)
  if (issues) return issues.slice(0, MOST_ISSUES).map(issueText).join('\n')
  return message.length > 4 * LONGEST ? `${message.slice(0, 4 * LONGEST)}…` : message
}

type Issue = Readonly<Record<string, unknown>>

/** Nothing in an issue is known to be of the type that it should be. */
function issueText(issue: Issue): string {
  const {message, path} = issue
  const text = plainText(issue) ?? (typeof message === 'string' ? message : 'is not valid')
  const names = Array.isArray(path) ? path.filter((part) => ['string', 'number'].includes(typeof part)) : []
  return (names.length === 0 ? text : `${names.map(spoken).join('.')}: ${text}`).slice(0, LONGEST)
}

/** What the service's library says in words of its own. */
function plainText({code, format, maximum, message, minimum, origin}: Issue): string | undefined {
  const isText = origin === 'string'
  switch (code) {
    case 'too_small': {
      if (minimum === 1 && (isText || origin === 'array')) return 'must not be empty'
      return isText || typeof minimum !== 'number' ? undefined : `must be ${minimum} or more`
    }

    case 'too_big': {
      if (typeof maximum !== 'number') return undefined
      return isText ? `must have ${maximum} characters or fewer` : `must be ${maximum} or less`
    }

    case 'invalid_format': {
      return FORMATS.get(format)
    }

    case 'invalid_type': {
      return typeof message === 'string' && message.endsWith('received undefined') ? 'is missing' : undefined
    }

    default: {
      return undefined
    }
  }
}

const FORMATS: ReadonlyMap<unknown, string> = new Map([
  ['datetime', 'is not an instant such as 2026-09-01T12:00:00Z'],
  ['email', 'is not an e-mail address'],
  ['url', 'is not the address of a page'],
  ['uuid', 'is not an id'],
])

/** `v2ProjectId` is a project id to a person. */
function spoken(name: unknown): string {
  return String(name)
    .replace(/^v2(?=[A-Z])/, '')
    .replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
}

function parseIssues(message: string): readonly Issue[] | undefined {
  if (!message.trimStart().startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(message)
    const isIssues =
      Array.isArray(parsed) && parsed.length > 0 && parsed.every((one) => typeof one === 'object' && one !== null)
    return isIssues ? (parsed as Issue[]) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // a message that only looks like JSON
    throw error
  }
}
