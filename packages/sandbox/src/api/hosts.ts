import {TRPCError} from '@trpc/server'
import {z} from 'zod'
import {roleOn} from '../host/hosts.ts'
import {claimProcedure, protectedProcedure, router} from './procedures.ts'

export const hosts = router({
  list: claimProcedure.input(z.object({organizationId: z.uuid()})).query(({ctx, input: {organizationId}}) => {
    if (!ctx.memberOf.includes(organizationId)) throw forbidden('Not a member of this organization')
    const {caller, database, hosts: running} = ctx
    const rows = database
      .prepare('SELECT id, name, online, wakeCommand, organizationId FROM host WHERE organizationId = ? ORDER BY name')
      .all(organizationId)
      .map((row) => ({...row, id: String(row['id']), online: row['online'] === 1}))
    return rows
      .filter(({id}) => roleOn(database, {id, organizationId}, caller.userId))
      .map((row) => {
        const host = running.findLast((other) => other.id === row.id && other.organizationId === organizationId)
        // Who is online only the relay knows, and it is asked with the caller's token; an API key is told the old flag.
        return {...row, online: host && caller.scheme === 'bearer' ? host.online : row.online}
      })
  }),
  relayEndpoint: protectedProcedure.query(({ctx}) => ({url: ctx.relayUrl})),
  setWakeCommand: claimProcedure
    .input(
      z.object({
        organizationId: z.uuid(),
        machineId: z.string().min(1),
        wakeCommand: z.string().trim().min(1).nullable(),
      }),
    )
    .mutation(({ctx: {caller, database, memberOf}, input: {organizationId, machineId, wakeCommand}}) => {
      if (!memberOf.includes(organizationId)) throw forbidden('No access to this host')
      const isOwner = roleOn(database, {id: machineId, organizationId}, caller.userId) === 'owner'
      const update = database.prepare('UPDATE host SET wakeCommand = ? WHERE id = ? AND organizationId = ?')
      const found = isOwner && update.run(wakeCommand, machineId, organizationId).changes > 0
      if (!found) throw forbidden('Only the host owner can set its wake command')
      return {success: true}
    }),
})

function forbidden(message: string): TRPCError {
  return new TRPCError({code: 'FORBIDDEN', message})
}
