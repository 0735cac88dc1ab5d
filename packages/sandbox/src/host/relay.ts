import {setTimeout as delay} from 'node:timers/promises'
import {createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify} from 'jose'
import superjson from 'superjson'
import {type Changes} from '../changes.ts'
import {type Faults} from '../faults.ts'
import {type Exchange, listen} from '../http.ts'
import {describeCall, type RelayRequest} from '../journal.ts'
import {type Host} from './host.ts'
import {type Hosts} from './hosts.ts'

/** What reaches hosts on other machines: `/hosts/<organization>:<host>/trpc/<procedure>` on an origin of its own. */
export interface Relay extends AsyncDisposable {
  readonly url: string
  readonly faults: Faults
  readonly requests: readonly RelayRequest[]
  /** How long a host may take to answer; 30 s as in production. The host goes on after that. */
  timeoutMs: number
}

export interface RelayParts {
  /** The issuer whose access tokens it takes. */
  readonly issuer: string
  readonly keys: () => Promise<JSONWebKeySet>
  readonly faults: Faults
  readonly changes: Changes
  readonly hosts: Hosts
}

const REFUSALS = {
  UNAUTHORIZED: [401, -32_001],
  FORBIDDEN: [403, -32_003],
  SERVICE_UNAVAILABLE: [503, -32_603],
  BAD_GATEWAY: [502, -32_603],
} as const

export async function startRelay(parts: RelayParts): Promise<Relay> {
  const {faults, changes} = parts
  const listener = await listen(0)
  const requests: RelayRequest[] = []
  const relay: Relay = {
    ...{url: listener.url, faults, requests, timeoutMs: 30_000},
    async [Symbol.asyncDispose]() {
      await listener.close()
    },
  }
  listener.serve(async (exchange) => {
    const {pathname} = new URL(exchange.request.url)
    const [, organizationId = '', hostId = '', path = ''] =
      /^\/hosts\/([^:/]+):([^/]+)(\/trpc\/.*)$/.exec(pathname) ?? []
    if (!path) return Response.json({error: 'Not found'}, {status: 404})
    const entry: RelayRequest = {
      ...describeCall(exchange, `/hosts/${organizationId}:${hostId}/trpc`),
      ...{organizationId, hostId},
    }
    requests.push(entry)
    changes.announce()
    const response = await faults.run(exchange, entry.procedures, async () => {
      const access = await admit(exchange.request, {organizationId, hostId}, parts)
      return 'refused' in access ? access.refused : forward(exchange, path, access.host, relay.timeoutMs)
    })
    if (response) entry.status = response.status
    changes.announce()
    return response
  })
  return relay
}

type Access = {readonly host: Host} | {readonly refused: Response}

/** In the relay's order: a host that is offline, or that nobody knows, is so for everybody. */
async function admit(
  request: Request,
  {organizationId, hostId}: {organizationId: string; hostId: string},
  {issuer, keys, hosts}: RelayParts,
): Promise<Access> {
  const identity = await verify(request, issuer, await keys())
  if (!identity) return refuse('UNAUTHORIZED', 'Unauthorized')
  const host = hosts.find(organizationId, hostId)
  if (!host?.online) return refuse('SERVICE_UNAVAILABLE', 'Host is not online')
  if (!identity.organizationIds.includes(organizationId)) {
    return refuse('FORBIDDEN', 'Forbidden: not a member of this org')
  }

  if (hosts.isMember(host, identity.userId)) return {host}
  const message = 'Forbidden: host not registered to this account - run `superset start` on it with this org'
  return refuse('FORBIDDEN', message)
}

async function verify(request: Request, issuer: string, keys: JSONWebKeySet) {
  const bearer = /^bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const token = bearer ?? new URL(request.url).searchParams.get('token')
  if (!token) return undefined
  try {
    const {payload} = await jwtVerify(token, createLocalJWKSet(keys), {issuer, audience: [issuer, `${issuer}/`]})
    const organizationIds = payload['organizationIds']
    if (!payload.sub || !Array.isArray(organizationIds)) return undefined
    return {userId: payload.sub, organizationIds: organizationIds.map(String)}
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** Passes the call on with the host's own secret in place of the caller's, and the answer back as it is. */
async function forward(exchange: Exchange, path: string, host: Host, timeoutMs: number): Promise<Response> {
  const {request, body} = exchange
  const url = new URL(path + new URL(request.url).search, host.url)
  url.searchParams.delete('token')
  const headers = new Headers(request.headers)
  for (const name of ['authorization', 'host', 'x-api-key', 'cookie']) headers.delete(name)
  headers.set('authorization', `Bearer ${host.bearer}`)
  const inner = new Request(url, {method: request.method, headers, ...(request.method === 'GET' ? {} : {body})})
  const timer = new AbortController()
  const late = delay(timeoutMs, 'late', {signal: timer.signal, ref: false}).catch(() => 'late')
  // A connection that the host cuts is the one to the relay, which has to say something to its caller.
  const tunnelled: Exchange = {...exchange, request: inner, cut() {}, cutWithin: () => Promise.resolve()}
  const answer = await Promise.race([host.handle(tunnelled, 'relay'), late])
  timer.abort()
  if (answer instanceof Response) return answer
  return refuse('BAD_GATEWAY', answer === 'late' ? 'Request timed out' : 'Host not connected').refused
}

/** A refusal is one object, even where several calls were asked at once. */
function refuse(code: keyof typeof REFUSALS, message: string): {readonly refused: Response} {
  const [httpStatus, rpcCode] = REFUSALS[code]
  const error = superjson.serialize({message, code: rpcCode, data: {code, httpStatus}})
  return {refused: Response.json({error}, {status: httpStatus})}
}
