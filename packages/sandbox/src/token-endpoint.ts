import {type Faults} from './faults.ts'
import {type Exchange} from './http.ts'
import {digest, type Journal, type Revocation, type TokenRequest} from './journal.ts'

export const TOKEN_PATH = '/api/auth/oauth2/token'
export const REVOCATION_PATH = '/api/auth/oauth2/revoke'

/** What the watched endpoints pass requests on to. */
export interface Upstream {
  handle(request: Request): Promise<Response>
}

/** The token endpoint (RFC 6749 3.2), watched and made to misbehave on demand. */
export async function handleToken(
  exchange: Exchange,
  {server, journal, faults}: {server: Upstream; journal: Journal; faults: Faults},
): Promise<Response | undefined> {
  const form = new URLSearchParams(exchange.body)
  const entry = describe(form)
  journal.record('token', entry)
  const response = await faults.run(exchange, [entry.grant], async () => {
    const answer = await server.handle(exchange.request)
    await noteOutcome(entry, answer.clone())
    journal.announce()
    return answer
  })
  if (response) {
    entry.status = response.status
    entry.answeredAt = new Date()
  }

  journal.announce()
  return response
}

/** The revocation endpoint (RFC 7009), watched. */
export async function handleRevocation(
  exchange: Exchange,
  {server, journal, faults}: {server: Upstream; journal: Journal; faults: Faults},
): Promise<Response | undefined> {
  const form = new URLSearchParams(exchange.body)
  const token = form.get('token')
  const entry: Revocation = {
    presented: token ? digest(token) : undefined,
    hint: form.get('token_type_hint') ?? undefined,
    receivedAt: new Date(),
  }
  journal.record('revocations', entry)
  const response = await faults.run(exchange, [], () => server.handle(exchange.request))
  if (response) entry.status = response.status
  journal.announce()
  return response
}

function describe(form: URLSearchParams): TokenRequest {
  const refreshToken = form.get('refresh_token')
  return {
    grant: form.get('grant_type') ?? 'none',
    clientId: form.get('client_id') ?? undefined,
    resource: form.get('resource') ?? undefined,
    scope: form.get('scope') ?? undefined,
    presented: refreshToken ? digest(refreshToken) : undefined,
    receivedAt: new Date(),
  }
}

async function noteOutcome(entry: TokenRequest, answer: Response): Promise<void> {
  entry.committedAt = new Date()
  if (!answer.headers.get('content-type')?.includes('json')) return
  const body = (await answer.json()) as {error?: unknown; refresh_token?: unknown} | null
  if (typeof body?.error === 'string') entry.error = body.error
  if (typeof body?.refresh_token === 'string') entry.issued = digest(body.refresh_token)
}
