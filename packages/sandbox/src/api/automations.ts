import {TRPCError} from '@trpc/server'
import {type DatabaseSync} from 'node:sqlite'
import {z} from 'zod'
import {roleOn} from '../host/hosts.ts'
import {
  type Automation,
  automationsOf,
  deleteAutomation,
  demandAutomation,
  insertAutomation,
  runsOf,
  updateAutomation,
} from './automation-table.ts'
import {dispatch} from './dispatch.ts'
import {organizationProcedure, protectedProcedure, router} from './procedures.ts'
import {describe, nextRun, occurrences, type Schedule} from './schedule.ts'

const idInput = z.object({id: z.uuid()})
const prompt = z.string().max(100_000)
const timezone = z
  .string()
  .min(1)
  .refine((name) => isTimeZone(name), 'Invalid IANA timezone name')
const rrule = z.string().min(1).max(500)
const target = {
  targetHostId: z.string().min(1).nullish(),
  v2ProjectId: z.uuid().nullish(),
  v2WorkspaceId: z.uuid().nullish(),
}
const recurrence = {rrule: rrule.optional(), dtstart: z.coerce.date().optional(), timezone: timezone.optional()}
const name = z.string().min(1).max(200)
const newAutomation = z
  .object({
    ...{name, prompt, agent: name, ...target, ...recurrence},
    /** Taken, and forgotten: of triggers the sandbox knows the schedule only. */
    triggers: z.array(z.unknown()).max(25).optional(),
  })
  .refine((input) => input.triggers !== undefined || input.rrule !== undefined, {
    ...{message: 'Provide either a trigger set or a schedule', path: ['triggers']},
  })
  .refine((input) => input.rrule === undefined || input.timezone !== undefined, {
    ...{message: 'A schedule needs a timezone', path: ['timezone']},
  })
const changedAutomation = z.object({
  id: z.uuid(),
  name: name.optional(),
  agent: name.optional(),
  ...target,
  ...recurrence,
})

/** For the owner's changes: another member's automation is one that cannot be found. */
const ownerProcedure = organizationProcedure.use(({ctx, next}) => {
  const {caller, database, organizationId} = ctx
  const own = (id: string) => demandAutomation(database, {id, organizationId, ownerUserId: caller.userId})
  return next({ctx: {...ctx, own}})
})

export const automations = router({
  list: organizationProcedure
    .input(z.object({name: z.string().trim().min(1).optional()}).optional())
    .query(({ctx, input}) => {
      const wanted = input?.name?.toLowerCase() ?? ''
      return automationsOf(ctx.database, ctx.organizationId)
        .filter((automation) => automation.name.toLowerCase().includes(wanted))
        .map((automation) => ({...withoutPrompt(automation), triggerCount: triggersOf(automation).length}))
    }),
  get: organizationProcedure.input(idInput).query(({ctx, input: {id}}) => {
    const automation = demandAutomation(ctx.database, {id, organizationId: ctx.organizationId})
    return {...withoutPrompt(automation), triggers: triggersOf(automation)}
  }),
  create: ownerProcedure.input(newAutomation).mutation(({ctx, input: {triggers: _, ...input}}) => {
    const {caller, database, organizationId, own} = ctx
    verifyTarget(database, input, {organizationId, userId: caller.userId})
    const {rrule: body, dtstart = new Date(), timezone: zone = 'UTC', ...rest} = input
    const schedule = body === undefined ? {} : withNextRun({rrule: body, dtstart, timezone: zone})
    return toRow(own(insertAutomation(database, {...rest, ...schedule, organizationId, ownerUserId: caller.userId})))
  }),
  update: ownerProcedure.input(changedAutomation).mutation(({ctx, input: {id, ...input}}) => {
    const {caller, database, organizationId, own} = ctx
    const existing = own(id)
    verifyTarget(database, input, {organizationId, userId: caller.userId})
    const moved = input.targetHostId !== undefined && input.targetHostId !== existing.targetHostId
    const other = input.v2ProjectId !== undefined && input.v2ProjectId !== existing.v2ProjectId
    const unpinned = input.v2WorkspaceId === undefined && (moved || other) ? {v2WorkspaceId: null} : {}
    const pinned = input.v2WorkspaceId ? {v2ProjectId: input.v2ProjectId ?? null} : {}
    updateAutomation(database, id, {...input, ...unpinned, ...pinned, ...reschedule(existing, input)})
    return toRow(own(id))
  }),
  setEnabled: ownerProcedure.input(idInput.extend({enabled: z.boolean()})).mutation(({ctx, input: {id, enabled}}) => {
    const existing = ctx.own(id)
    const resumed = enabled && !existing.enabled ? reschedule(existing, {dtstart: existing.dtstart ?? undefined}) : {}
    updateAutomation(ctx.database, id, {enabled, ...resumed})
    return {...toRow(ctx.own(id)), triggerCount: triggersOf(existing).length}
  }),
  getPrompt: organizationProcedure.input(idInput).query(({ctx, input: {id}}) => {
    const automation = demandAutomation(ctx.database, {id, organizationId: ctx.organizationId})
    return {id, prompt: automation.prompt}
  }),
  setPrompt: ownerProcedure.input(idInput.extend({prompt})).mutation(({ctx, input: {id, prompt: text}}) => {
    if (ctx.own(id).prompt !== text) updateAutomation(ctx.database, id, {prompt: text})
    return toRow(ctx.own(id))
  }),
  runNow: ownerProcedure.input(idInput).mutation(({ctx, input: {id}}) => dispatch(ctx, ctx.own(id))),
  listRuns: organizationProcedure
    .input(z.object({automationId: z.uuid(), limit: z.number().int().min(1).max(100).default(20)}))
    .query(({ctx, input: {automationId, limit}}) => {
      demandAutomation(ctx.database, {id: automationId, organizationId: ctx.organizationId})
      return runsOf(ctx.database, automationId, limit)
    }),
  delete: ownerProcedure.input(idInput).mutation(({ctx, input: {id}}) => {
    deleteAutomation(ctx.database, ctx.own(id).id)
    return {ok: true}
  }),
  validateRrule: protectedProcedure
    .input(z.object({rrule, timezone, dtstart: z.coerce.date().optional()}))
    .mutation(({input: {dtstart = new Date(), ...input}}) => {
      const schedule = {...input, dtstart}
      const nextRunAt = nextRun(schedule)
      return {...schedule, scheduleText: describe(input.rrule), nextRunAt, nextRuns: occurrences(schedule, 5)}
    }),
})

function toRow({triggerId: _, ...row}: Automation) {
  return row
}

function withoutPrompt({prompt: _p, triggerId: _t, ...row}: Automation) {
  return row
}

function triggersOf({triggerId, rrule: body, dtstart, timezone: zone, nextRunAt}: Automation) {
  if (body === null) return []
  const config = {kind: 'schedule', rrule: body, dtstart: dtstart?.toISOString(), timezone: zone}
  return [{id: triggerId, kind: 'schedule', config, nextRunAt, secretPrefix: null, secretRotatedAt: null}]
}

function withNextRun(schedule: Schedule) {
  return {...schedule, nextRunAt: nextRun(schedule)}
}

/** The next run is reckoned again when anything of the schedule was named. */
function reschedule(existing: Automation, changes: {[Name in keyof Schedule]?: Schedule[Name] | undefined}) {
  if (!changes.rrule && !changes.dtstart && !changes.timezone) return {}
  const body = changes.rrule ?? existing.rrule
  const dtstart = changes.dtstart ?? existing.dtstart
  const zone = changes.timezone ?? existing.timezone
  return body && dtstart && zone ? withNextRun({rrule: body, dtstart, timezone: zone}) : {}
}

function verifyTarget(
  database: DatabaseSync,
  {
    targetHostId: id,
    v2WorkspaceId,
  }: {targetHostId?: string | null | undefined; v2WorkspaceId?: string | null | undefined},
  {organizationId, userId}: {organizationId: string; userId: string},
): void {
  // Of a workspace the service knows nothing; its host has to be named.
  if (v2WorkspaceId && !id) throw notFound('Workspace not found')
  if (!id) return
  const known = database.prepare('SELECT 1 FROM host WHERE id = ? AND organizationId = ?').get(id, organizationId)
  if (!known) throw notFound(`Host ${id} is not registered in this organization`)
  if (roleOn(database, {id, organizationId}, userId)) return
  throw new TRPCError({code: 'FORBIDDEN', message: "You don't have access to this host"})
}

function notFound(message: string): TRPCError {
  return new TRPCError({code: 'NOT_FOUND', message})
}

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', {timeZone: zone}))
  } catch {
    return false
  }
}
