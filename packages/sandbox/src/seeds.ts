import {randomUUID} from 'node:crypto'
import {type DatabaseSync} from 'node:sqlite'
import {type AuthorizationServer} from './authorization-server.ts'
import {insertTask, type NewTask} from './api/task-table.ts'
import {ADMIN_EMAIL, BEA_EMAIL, PASSWORD} from './credentials.ts'
import {setting} from './database.ts'

export interface SeededUser {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly password: string
}

export interface SeededOrganization {
  readonly id: string
  readonly name: string
  readonly slug: string
}

export interface Seeds {
  /** `admin` belongs to both organizations and `bea` to `team` only. */
  readonly users: {readonly admin: SeededUser; readonly bea: SeededUser}
  readonly organizations: {readonly acme: SeededOrganization; readonly team: SeededOrganization}
  /** An API key of `admin`. */
  readonly apiKey: string
}

const STATUSES = [
  {name: 'Backlog', type: 'backlog', color: '#95a2b3'},
  {name: 'Todo', type: 'unstarted', color: '#e2e2e2'},
  {name: 'In Progress', type: 'started', color: '#f2c94c'},
  {name: 'Done', type: 'completed', color: '#0e9f6e'},
  {name: 'Canceled', type: 'canceled', color: '#95a2b3'},
]

/** Fills an empty database; a database that was filled before yields what it was filled with. */
export async function seed(database: DatabaseSync, server: AuthorizationServer): Promise<Seeds> {
  const known = database.prepare(`SELECT value FROM sandbox_setting WHERE name = 'seeds'`).get()
  if (known) return JSON.parse(String(known['value'])) as Seeds
  const admin = await seedUser(database, server, 'Local Admin', ADMIN_EMAIL)
  const bea = await seedUser(database, server, 'Bea Member', BEA_EMAIL)
  const team = seedOrganization(database, "Local Admin's Team", `${admin.id.slice(0, 8)}-team`, [admin, bea], 2)
  const acme = seedOrganization(database, 'Acme Robotics', 'acme', [admin], 1)
  seedTeamTasks(database, team.id, admin.id, bea.id)
  addTask(database, acme.id, admin.id, {title: 'Acme only task', priority: 'high'}, 1)
  addTask(database, acme.id, admin.id, {title: 'Calibrate the left arm', priority: 'medium', labels: ['hardware']}, 2)
  seedHost(database, team.id)
  const apiKey = await server.createApiKey(admin.id, 'Sandbox')
  const seeds: Seeds = {users: {admin, bea}, organizations: {acme, team}, apiKey}
  setting(database, 'seeds', () => JSON.stringify(seeds))
  return seeds
}

async function seedUser(database: DatabaseSync, server: AuthorizationServer, name: string, email: string) {
  const id = await server.createAccount({name, email, password: PASSWORD})
  database.prepare('UPDATE user SET onboardedAt = ? WHERE id = ?').run(new Date().toISOString(), id)
  return {id, name, email, password: PASSWORD}
}

/** @param minutesAgo sets the order of memberships, which decides the organization a person starts in */
function seedOrganization(
  database: DatabaseSync,
  name: string,
  slug: string,
  members: readonly SeededUser[],
  minutesAgo: number,
): SeededOrganization {
  const id = randomUUID()
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString()
  database.prepare('INSERT INTO organization (id, name, slug, createdAt) VALUES (?, ?, ?, ?)').run(id, name, slug, at)
  const member = database.prepare(
    'INSERT INTO member (id, organizationId, userId, role, createdAt) VALUES (?, ?, ?, ?, ?)',
  )
  for (const [index, user] of members.entries()) {
    member.run(randomUUID(), id, user.id, index === 0 ? 'owner' : 'member', at)
  }

  const status = database.prepare(
    `INSERT INTO task_status (id, organizationId, name, color, type, position, createdAt, updatedAt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const [position, {name: label, color, type}] of STATUSES.entries()) {
    status.run(randomUUID(), id, label, color, type, position, at, at)
  }

  return {id, name, slug}
}

function seedTeamTasks(database: DatabaseSync, team: string, admin: string, bea: string): void {
  const dueDate = new Date(Date.now() + 7 * 86_400_000)
  addTask(database, team, bea, {title: 'Plan the next sprint', description: 'With everybody.', dueDate}, 2)
  addTask(database, team, admin, {title: 'Fix the login race', priority: 'urgent', assigneeId: admin}, 3)
  addTask(database, team, admin, {title: 'Write release notes', priority: 'low', labels: ['docs'], estimate: 2}, 4)
  addTask(database, team, admin, {title: 'Añadir soporte UTF-8 ✓ 日本語', priority: 'medium', assigneeId: bea}, 5)
}

/** @param seconds keeps the order of creation, which is the order of lists */
function addTask(database: DatabaseSync, organizationId: string, creatorId: string, task: NewTask, seconds: number) {
  insertTask(database, {organizationId, creatorId}, task, new Date(Date.now() - 60_000 + seconds * 1000))
}

/** In one transaction: tests of long lists put in thousands. */
export function addTasks(
  database: DatabaseSync,
  owner: {readonly organizationId: string; readonly creatorId: string},
  tasks: readonly NewTask[],
): void {
  const now = Date.now()
  database.exec('BEGIN')
  try {
    for (const [index, task] of tasks.entries()) insertTask(database, owner, task, new Date(now - index))
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function seedHost(database: DatabaseSync, organizationId: string): void {
  database
    .prepare('INSERT INTO host (id, organizationId, name, online) VALUES (?, ?, ?, 1)')
    .run('0123456789abcdef'.repeat(4), organizationId, 'build-box')
}
