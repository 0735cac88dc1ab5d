import {z} from 'zod'
import {ENDPOINTS} from './faults.ts'
import {type Host} from './host/host.ts'
import {type Exchange} from './http.ts'
import {type Sandbox} from './model.ts'

const fault = z.strictObject({
  grant: z.string().optional(),
  procedure: z.string().optional(),
  times: z.number().int().positive().optional(),
  delayBeforeMs: z.number().nonnegative().optional(),
  delayAfterMs: z.number().nonnegative().optional(),
  hold: z.enum(['before', 'after']).optional(),
  answer: z
    .strictObject({
      status: z.number().int().min(200).max(599),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    })
    .optional(),
  process: z.boolean().optional(),
  cut: z.enum(['before', 'within', 'after']).optional(),
})
const endpoint = z.enum(ENDPOINTS)
const hostOptions = z.strictObject({
  id: z
    .string()
    .regex(/^[\da-f]{32}$/)
    .optional(),
  name: z.string().min(1).optional(),
  homeDir: z.string().min(1).optional(),
  organizationId: z.uuid().optional(),
  online: z.boolean().optional(),
  checkPaths: z.boolean().optional(),
})
const leftover = z.enum(['closed endpoint', 'dead process', 'other host', 'other program'])

type Action = (sandbox: Sandbox, input: unknown) => unknown

/** What other processes can ask of the sandbox, and tell it: `/__sandbox/…`, JSON in and out. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'GET /__sandbox': ({url, users, organizations}) => ({url, users, organizations}),
  'GET /__sandbox/counters': ({counters}) => counters,
  'GET /__sandbox/journal': ({journal: {token, revocations, api}}) => ({token, revocations, api}),
  'POST /__sandbox/reset': ({journal}) => journal.reset(),
  'GET /__sandbox/hosts': ({hosts}) => hosts.map((host) => describeHost(host)),
  async 'POST /__sandbox/hosts'(sandbox, input) {
    return describeHost(await sandbox.startHost(withoutUndefined(hostOptions.parse(input ?? {}))))
  },
  async 'POST /__sandbox/hosts/stop'({hosts}, input) {
    const {id, leave} = z.object({id: z.string(), leave: leftover.optional()}).parse(input)
    const host = hosts.findLast((candidate) => candidate.id === id)
    if (!host) throw new Error(`No host ${id} was started here`)
    await host.stop(leave)
  },
  'POST /__sandbox/access-token-seconds'(sandbox, input) {
    sandbox.setAccessTokenSeconds(z.object({seconds: z.number().int().positive()}).parse(input).seconds)
  },
  'POST /__sandbox/faults'({faults}, input) {
    const parsed = z.object({endpoint, fault}).parse(input)
    faults[parsed.endpoint].add(withoutUndefined(parsed.fault))
  },
  'POST /__sandbox/faults/clear'({faults}) {
    for (const name of ENDPOINTS) faults[name].clear()
  },
  'POST /__sandbox/release'({faults}) {
    for (const name of ENDPOINTS) faults[name].releaseAll()
  },
  async 'POST /__sandbox/held'({faults, changes}, input) {
    const {endpoint: name, count} = z.object({endpoint, count: z.number().int().min(1).default(1)}).parse(input)
    await changes.until(() => faults[name].held >= count)
    return {held: faults[name].held}
  },
  'GET /__sandbox/refresh-tokens': (sandbox) => ({
    live: sandbox.liveRefreshTokens(),
    admin: sandbox.liveRefreshTokens(sandbox.users.admin.id),
    bea: sandbox.liveRefreshTokens(sandbox.users.bea.id),
  }),
  'POST /__sandbox/expire-refresh-tokens'(sandbox, input) {
    const {userId} = z.object({userId: z.string().optional()}).parse(input ?? {})
    return {expired: sandbox.expireRefreshTokens(userId)}
  },
}

function describeHost({id, name, organizationId, url, online, requests}: Host) {
  return {id, name, organizationId, url, online, requests: requests.length}
}

/** zod reports an absent key as possibly undefined, which the type of a fault tells apart. */
function withoutUndefined(value: object) {
  return JSON.parse(JSON.stringify(value))
}

/** Answers one control request. A page on another site cannot send one: it would carry an Origin, or another Host. */
export async function handleControl({request, body}: Exchange, sandbox: Sandbox): Promise<Response> {
  const {pathname, host} = new URL(request.url)
  if (request.headers.has('origin') || request.headers.get('host') !== host) {
    return Response.json({error: 'The controls are for programs on this machine, not for web pages'}, {status: 403})
  }

  const action = ACTIONS[`${request.method} ${pathname.replace(/\/$/, '')}`]
  if (!action) return Response.json({error: 'No such control', controls: Object.keys(ACTIONS)}, {status: 404})
  try {
    return Response.json((await action(sandbox, body ? JSON.parse(body) : undefined)) ?? {ok: true})
  } catch (error) {
    return Response.json({error: error instanceof Error ? error.message : String(error)}, {status: 400})
  }
}
