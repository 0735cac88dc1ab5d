import {type DatabaseSync} from 'node:sqlite'
import {z} from 'zod'
import {organizationProcedure, router} from './procedures.ts'

const memberFilters = z
  .object({search: z.string().nullish(), limit: z.number().int().min(1).max(100).nullish()})
  .nullish()

export const organizations = router({
  members: router({
    list: organizationProcedure
      .input(memberFilters)
      .query(({ctx, input}) =>
        listMembers(ctx.database, ctx.organizationId, input?.search ?? undefined, input?.limit ?? 50),
      ),
  }),
})

function listMembers(database: DatabaseSync, organizationId: string, search: string | undefined, limit: number) {
  const rows = database
    .prepare(
      `SELECT user.id, user.name, user.email, user.image, member.role
       FROM member JOIN user ON user.id = member.userId
       WHERE member.organizationId = :organizationId
         AND (:search IS NULL OR instr(lower(user.name), lower(:search)) OR instr(lower(user.email), lower(:search)))
       ORDER BY member.createdAt, member.rowid LIMIT :limit`,
    )
    .all({organizationId, search: search ?? null, limit})
  return rows.map((row) => ({...row}))
}
