import {fetchRequestHandler} from '@trpc/server/adapters/fetch'
import {z} from 'zod'
import {type Faults} from '../faults.ts'
import {type Exchange} from '../http.ts'
import {type ApiRequest, describeCall, type Journal} from '../journal.ts'
import {automations} from './automations.ts'
import {type ApiContext} from './context.ts'
import {hosts} from './hosts.ts'
import {organizations} from './organizations.ts'
import {publicProcedure, router} from './procedures.ts'
import {support} from './support.ts'
import {tasks} from './tasks.ts'
import {users} from './users.ts'

export const API_PATH = '/api/trpc'

const analytics = router({
  captureEvent: publicProcedure
    .input(z.object({event: z.string(), source: z.string().nullish(), properties: z.unknown().optional()}))
    .mutation(() => ({ok: true})),
})

const api = router({
  ...{user: users, organization: organizations, task: tasks, host: hosts, automation: automations, analytics, support},
})

/** The API (tRPC over HTTP), watched and made to misbehave on demand. */
export async function handleApi(
  exchange: Exchange,
  {createContext, journal, faults}: {createContext: ContextFactory; journal: Journal; faults: Faults},
): Promise<Response | undefined> {
  const entry = describe(exchange)
  journal.record('api', entry)
  const response = await faults.run(exchange, entry.procedures, () =>
    fetchRequestHandler({endpoint: API_PATH, req: exchange.request, router: api, createContext}),
  )
  if (response) entry.status = response.status
  journal.announce()
  return response
}

type ContextFactory = (options: {req: Request}) => Promise<ApiContext>

function describe(exchange: Exchange): ApiRequest {
  const {machineId: _, ...call} = describeCall(exchange, API_PATH)
  return {...call, organization: exchange.request.headers.get('x-superset-organization-id') ?? undefined}
}
