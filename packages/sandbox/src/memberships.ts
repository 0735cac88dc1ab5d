import {type DatabaseSync} from 'node:sqlite'

export interface Organization {
  readonly id: string
  readonly name: string
  readonly slug: string
  readonly logo: string | null
  readonly createdAt: Date
  readonly metadata: string | null
  readonly stripeCustomerId: string | null
  readonly allowedDomains: readonly string[]
}

/** A user's organizations, the newest membership first. */
export function organizationsOf(database: DatabaseSync, userId: string): Organization[] {
  const rows = database
    .prepare(
      `SELECT organization.* FROM member JOIN organization ON organization.id = member.organizationId
       WHERE member.userId = ? ORDER BY member.createdAt DESC, member.rowid DESC`,
    )
    .all(userId)
  return rows.map((row) => ({
    id: String(row['id']),
    name: String(row['name']),
    slug: String(row['slug']),
    logo: row['logo'] === null ? null : String(row['logo']),
    createdAt: new Date(String(row['createdAt'])),
    metadata: row['metadata'] === null ? null : String(row['metadata']),
    stripeCustomerId: null,
    allowedDomains: [],
  }))
}

/** Ids of a user's organizations, the oldest membership first, as the service lists them in tokens. */
export function organizationIdsOf(database: DatabaseSync, userId: string): string[] {
  return organizationsOf(database, userId)
    .map(({id}) => id)
    .reverse()
}

/**
 * The claims about organizations in an access token. They are computed anew at each refresh, so a refresh repairs what
 * joining or leaving an organization made stale.
 * @param chosen the organization chosen on the consent page
 */
export function organizationClaims(database: DatabaseSync, userId: string, chosen: string | undefined) {
  const organizationIds = organizationIdsOf(database, userId)
  return chosen && organizationIds.includes(chosen) ? {organizationId: chosen, organizationIds} : {organizationIds}
}
