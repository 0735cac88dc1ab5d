import {EXIT, Problem, type Session} from '@superset/identity'

/**
 * Asks the API, for the organization that flag, variable or `organization switch` chose. The session adds the credential, renews it, and
 * sends the request once more if the API refuses it (401).
 * @throws Problem SERVICE_UNAVAILABLE (75), SERVICE_REFUSED (1), and what the session throws
 */
export async function query<T>(session: Session, procedure: string): Promise<T> {
  const {apiUrl, organization} = session
  const headers: Record<string, string> = organization ? {'x-superset-organization-id': organization.value} : {}
  const response = await session.fetch(`/api/trpc/${procedure}`, {headers})
  if (response.ok) {
    const {result} = (await response.json()) as {readonly result: {readonly data: {readonly json: T}}}
    return result.data.json
  }

  const {status} = response
  if (status === 429 || status >= 500)
    throw new Problem({
      code: 'SERVICE_UNAVAILABLE',
      message: `${apiUrl} cannot answer just now (${status}).`,
      exit: EXIT.temporary,
      retryable: true,
    })
  throw new Problem({
    code: 'SERVICE_REFUSED',
    message: `${apiUrl} refuses ${procedure} (${status}).`,
    exit: EXIT.failed,
    suggestions: [
      'Run `superset auth status` to see who you are, and `superset organization list` for what you may see.',
    ],
  })
}
