import {initTRPC, TRPCError} from '@trpc/server'
import superjson from 'superjson'
import {z, ZodError} from 'zod'
import {organizationIdsOf} from '../memberships.ts'
import {type ApiContext, type Caller} from './context.ts'

const trpc = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  isDev: false,
  errorFormatter({shape, error}) {
    const zodError = error.cause instanceof ZodError ? z.flattenError(error.cause) : null
    return {...shape, data: {...shape.data, zodError}}
  },
})

export const router = trpc.router
export const publicProcedure = trpc.procedure

const signedInProcedure = trpc.procedure.use(({ctx, next}) => {
  if (!ctx.caller) throw new TRPCError({code: 'UNAUTHORIZED', message: 'Not authenticated. Please sign in.'})
  return next({ctx: {...ctx, caller: ctx.caller}})
})

/** For signed-in callers. `organizationId` is that of the header, after a look at the memberships, else the caller's. */
export const protectedProcedure = signedInProcedure.use(({ctx, next}) =>
  next({ctx: {...ctx, organizationId: resolveOrganization(ctx, ctx.caller)}}),
)

/** For what acts on one organization. */
export const organizationProcedure = protectedProcedure.use(({ctx, next}) => {
  if (!ctx.organizationId) throw new TRPCError({code: 'FORBIDDEN', message: 'No active organization selected'})
  return next({ctx: {...ctx, organizationId: ctx.organizationId}})
})

/** For what trusts the memberships named in the token, which are as old as the token. */
export const claimProcedure = signedInProcedure.use(({ctx, next}) => {
  const {caller, database, organizationHeader} = ctx
  const memberOf = caller.claimedOrganizationIds ?? organizationIdsOf(database, caller.userId)
  if (organizationHeader && !memberOf.includes(organizationHeader)) throw notAMember(organizationHeader)
  return next({ctx: {...ctx, memberOf}})
})

function resolveOrganization({database, organizationHeader}: ApiContext, caller: Caller): string | undefined {
  if (!organizationHeader || organizationHeader === caller.activeOrganizationId) return caller.activeOrganizationId
  // The service's database refuses to compare anything else with a column of UUIDs.
  if (!z.uuid().safeParse(organizationHeader).success) {
    const message = `Failed query: select … from "members"\nparams: ${caller.userId},${organizationHeader},1`
    throw new TRPCError({code: 'INTERNAL_SERVER_ERROR', message})
  }

  if (!organizationIdsOf(database, caller.userId).includes(organizationHeader)) throw notAMember(organizationHeader)
  return organizationHeader
}

function notAMember(organizationId: string): TRPCError {
  return new TRPCError({code: 'FORBIDDEN', message: `Not a member of organization ${organizationId}`})
}
