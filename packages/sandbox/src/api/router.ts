import {fetchRequestHandler} from '@trpc/server/adapters/fetch'
import {z} from 'zod'
import {type Faults} from '../faults.ts'
import {type Exchange} from '../http.ts'
import {type ApiRequest, digest, type Journal} from '../journal.ts'
import {type ApiContext} from './context.ts'
import {hosts, organizations} from './organizations.ts'
import {publicProcedure, router} from './procedures.ts'
import {tasks} from './tasks.ts'
import {users} from './users.ts'

export const API_PATH = '/api/trpc'

const analytics = router({
  captureEvent: publicProcedure
    .input(z.object({event: z.string(), source: z.string().nullish(), properties: z.unknown().optional()}))
    .mutation(() => ({ok: true})),
})

const api = router({user: users, organization: organizations, task: tasks, host: hosts, analytics})

/** The API (tRPC over HTTP), watched and made to misbehave on demand. */
export async function handleApi(
  exchange: Exchange,
  {createContext, journal, faults}: {createContext: ContextFactory; journal: Journal; faults: Faults},
): Promise<Response | undefined> {
  const entry = describe(exchange.request)
  journal.record('api', entry)
  const response = await faults.run(exchange, entry.procedures, () =>
    fetchRequestHandler({endpoint: API_PATH, req: exchange.request, router: api, createContext}),
  )
  if (response) entry.status = response.status
  journal.announce()
  return response
}

type ContextFactory = (options: {req: Request}) => Promise<ApiContext>

function describe(request: Request): ApiRequest {
  const {headers} = request
  const path = new URL(request.url).pathname.slice(API_PATH.length + 1)
  const key = headers.get('x-api-key')
  const bearer = headers.get('authorization')?.replace(/^bearer /i, '')
  const credential = key ?? bearer
  return {
    procedures: path.split(','),
    scheme: key ? 'api-key' : bearer ? 'bearer' : 'none',
    credential: credential ? digest(credential) : undefined,
    organization: headers.get('x-superset-organization-id') ?? undefined,
    receivedAt: new Date(),
  }
}
