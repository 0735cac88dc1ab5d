import {type DatabaseSync} from 'node:sqlite'
import {type Changes} from '../changes.ts'
import {type Faults} from '../faults.ts'
import {type Host, type HostOptions, startHost} from './host.ts'

/** The hosts that run in this sandbox, and what the service knows of them. */
export class Hosts {
  readonly #running: Host[] = []
  readonly #database: DatabaseSync
  readonly #parts: {readonly faults: Faults; readonly changes: Changes}

  constructor(database: DatabaseSync, parts: {readonly faults: Faults; readonly changes: Changes}) {
    this.#database = database
    this.#parts = parts
  }

  get all(): readonly Host[] {
    return this.#running
  }

  /** Starts a host and registers it with its organization, as a host does by itself. */
  async start(organizationId: string, options: HostOptions): Promise<Host> {
    const host = await startHost(options, {...this.#parts, organizationId})
    this.#running.push(host)
    // The flag of the table is what callers without a bearer token are told, and it is out of date.
    this.#database
      .prepare(
        `INSERT INTO host (id, organizationId, name, online) VALUES (?, ?, ?, 0)
         ON CONFLICT DO UPDATE SET name = excluded.name`,
      )
      .run(host.id, organizationId, host.name)
    if (options.owner) this.#admit(host, options.owner, 'owner')
    for (const member of options.members ?? []) this.#admit(host, member, 'member')
    return host
  }

  find(organizationId: string, hostId: string): Host | undefined {
    return this.#running.findLast((host) => host.id === hostId && host.organizationId === organizationId)
  }

  isMember(host: Host, userId: string): boolean {
    return roleOn(this.#database, host, userId) !== undefined
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#running.map((host) => host.stop()))
  }

  #admit({id, organizationId}: Host, userId: string, role: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO host_member (hostId, organizationId, userId, role) VALUES (?, ?, ?, ?)')
      .run(id, organizationId, userId, role)
  }
}

/** What a user is to a host. One without a list of members is every member's, and each may change it. */
export function roleOn(
  database: DatabaseSync,
  {id, organizationId}: {readonly id: string; readonly organizationId: string},
  userId: string,
): string | undefined {
  const members = database
    .prepare('SELECT userId, role FROM host_member WHERE hostId = ? AND organizationId = ?')
    .all(id, organizationId)
  if (members.length === 0) return 'owner'
  const found = members.find((member) => member['userId'] === userId)
  return found && String(found['role'])
}
