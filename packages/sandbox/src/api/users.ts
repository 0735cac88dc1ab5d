import {TRPCError} from '@trpc/server'
import {type DatabaseSync} from 'node:sqlite'
import {organizationIdsOf, organizationsOf} from '../memberships.ts'
import {type Row} from '../database.ts'
import {type Caller} from './context.ts'
import {protectedProcedure, router} from './procedures.ts'

export const users = router({
  me: protectedProcedure.query(({ctx}) => describeUser(ctx.database, ctx.caller)),
  myOrganizations: protectedProcedure.query(({ctx}) => organizationsOf(ctx.database, ctx.caller.userId)),
  myOrganization: protectedProcedure.query(({ctx}) => {
    const mine = organizationsOf(ctx.database, ctx.caller.userId)
    return mine.find(({id}) => id === ctx.organizationId) ?? mine[0] ?? null
  }),
})

function describeUser(database: DatabaseSync, caller: Caller) {
  const row = database.prepare('SELECT * FROM user WHERE id = ?').get(caller.userId)
  // The account was deleted after the token was issued.
  if (!row) throw new TRPCError({code: 'UNAUTHORIZED', message: 'Not authenticated. Please sign in.'})
  const {id, ...rest} = profileOf(row)
  const createdAt = toDate(row['createdAt'])
  const updatedAt = toDate(row['updatedAt'])
  if (caller.scheme === 'api-key') {
    // A session made from an API key knows less of its user: these fields are sent as undefined.
    const unknown = {stripeCustomerId: undefined, onboardedAt: undefined, deletionRequestedAt: undefined}
    return {...rest, createdAt, updatedAt, ...unknown, id}
  }

  return {
    id,
    ...rest,
    organizationIds: organizationIdsOf(database, caller.userId),
    onboardedAt: toDate(row['onboardedAt']),
    deletionRequestedAt: toDate(row['deletionRequestedAt']),
    deletedAt: toDate(row['deletedAt']),
    createdAt,
    updatedAt,
  }
}

function profileOf(row: Row) {
  return {
    id: String(row['id']),
    name: String(row['name']),
    email: String(row['email']),
    emailVerified: row['emailVerified'] === 1,
    image: row['image'] === null ? null : String(row['image']),
  }
}

function toDate(value: Row[string] | undefined): Date | null {
  return typeof value === 'string' ? new Date(value) : null
}
