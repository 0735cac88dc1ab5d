import type {IncomingHttpHeaders} from 'node:http'
import type {Account, Grants} from './grants.ts'
import type {ReceivedRequest} from './server.ts'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface ApiRequest extends ReceivedRequest {
  /** The bearer token or API key that came with it. */
  readonly credential: string | undefined
  /** The time of its access token was over when it came. */
  readonly expired: boolean
}

/** Who may use the API, and what it says of them. */
interface Gate {
  readonly grants: Pick<Grants, 'accountOf'>
  readonly apiKeys: ReadonlySet<string>
  readonly account: Account
}

/** As the Superset service answers the few questions about a person, and an echo for everything else. */
export function answerApi(request: ReceivedRequest, gate: Gate): Answer {
  const account = accountOf(request.headers, gate)
  if (!account) return {status: 401, body: {error: {json: {message: 'UNAUTHORIZED', data: {code: 'UNAUTHORIZED'}}}}}
  const url = new URL(request.path, 'http://localhost')
  const to = url.searchParams.get('redirect')
  if (to !== null) return {status: 302, headers: {location: to}}
  const {subject: id, email} = account
  if (url.pathname === '/api/trpc/user.me') return result({id, email, name: email})
  if (url.pathname === '/api/trpc/user.myOrganization') return result(null)
  if (url.pathname === '/api/trpc/user.myOrganizations') return result([])
  return {status: 200, body: {method: request.method, path: request.path, body: request.body}}
}

export function credentialOf({authorization, ...headers}: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer (?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token']
  const key = headers['x-api-key']
  return bearer ?? (typeof key === 'string' ? key : undefined)
}

function accountOf(headers: IncomingHttpHeaders, {account, apiKeys, grants}: Gate): Account | undefined {
  const key = headers['x-api-key']
  if (typeof key === 'string') return apiKeys.has(key) ? account : undefined
  return grants.accountOf(credentialOf(headers) ?? '')
}

function result(json: unknown): Answer {
  return {status: 200, body: {result: {data: {json}}}}
}
