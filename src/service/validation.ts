interface Issue {
  readonly path?: readonly (number | string)[]
  readonly code?: string
  readonly message?: string
  readonly minimum?: number
  readonly origin?: string
}

/** The service sends the issues of its validation as JSON inside the message: one line for each field (fault row 95). */
export function validationText(message: string): string {
  const issues = parseIssues(message)
  return issues ? issues.map(issueText).join('\n') : message
}

function issueText({code, message, minimum, origin, path = []}: Issue): string {
  const isEmpty = code === 'too_small' && minimum === 1 && (origin === 'string' || origin === 'array')
  const text = isEmpty ? 'must not be empty' : (message ?? 'is not valid')
  return path.length === 0 ? text : `${path.join('.')}: ${text}`
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
