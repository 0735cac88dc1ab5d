import {closeSync, existsSync, mkdirSync, openSync} from 'node:fs'
import path from 'node:path'
import {DatabaseSync, type SQLOutputValue} from 'node:sqlite'
import type {Credential} from './gateway.ts'
import {unusableStore} from './problems.ts'

/** What the gateway gave this machine for one profile. `deviceToken` and `credential` are secrets. */
export interface Enrolment {
  readonly gateway: string
  /** The only API that the credential is for. */
  readonly apiUrl: string
  readonly subject: string
  readonly account: string
  /** What credentials are fetched with. It does not rotate: any number of runs may use it at once. */
  readonly deviceToken: string
  readonly credential: Credential
  /** Id of the organization that commands act on. */
  readonly organization?: string
}

const TABLE = `CREATE TABLE IF NOT EXISTS enrolment (
  profile TEXT PRIMARY KEY, gateway TEXT NOT NULL, apiUrl TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL,
  deviceToken TEXT NOT NULL, token TEXT NOT NULL, expiresAt INTEGER NOT NULL, organization TEXT
) STRICT`
const PATIENCE_MS = 5000

/**
 * One row for each profile, in a SQLite file that only its owner can read. SQLite, because many runs are at work at once:
 * its transactions decide between a renewal and a sign-out at the same moment.
 */
export class Store {
  readonly file: string

  /** @param homeDir `request.homeDir`: the only folder that a plugin keeps things in */
  constructor(homeDir: string) {
    this.file = path.join(homeDir, 'acme.sqlite')
  }

  /** Shows that something can be kept, before a person is asked. @throws Problem STORE_UNUSABLE (74), as all of these */
  prepare(): void {
    this.#use(() => undefined)
  }

  find(profile: string): Enrolment | undefined {
    return this.#read((database) =>
      toEnrolment(database.prepare('SELECT * FROM enrolment WHERE profile = ?').get(profile)),
    )
  }

  profiles(): readonly string[] {
    const rows = this.#read((database) => database.prepare('SELECT profile FROM enrolment ORDER BY profile').all())
    return (rows ?? []).map(({profile}) => String(profile))
  }

  keep(profile: string, {credential, organization, ...texts}: Enrolment): void {
    const {account, apiUrl, deviceToken, gateway, subject} = texts
    const values = [profile, gateway, apiUrl, subject, account, deviceToken, credential.token]
    this.#use((database) =>
      database
        .prepare('REPLACE INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(...values, credential.expiresAt.getTime(), organization ?? null),
    )
  }

  /** @returns false when the profile was signed out, or signed in anew, meanwhile: that is not undone */
  renew(profile: string, {deviceToken}: Enrolment, {expiresAt, token}: Credential): boolean {
    const change = 'UPDATE enrolment SET token = ?, expiresAt = ? WHERE profile = ? AND deviceToken = ?'
    const values = [token, expiresAt.getTime(), profile, deviceToken]
    return this.#use((database) => database.prepare(change).run(...values).changes) === 1
  }

  selectOrganization(profile: string, id: string): void {
    const change = 'UPDATE enrolment SET organization = ? WHERE profile = ?'
    this.#use((database) => database.prepare(change).run(id, profile))
  }

  /** @returns what was forgotten; of several runs at once, to one alone */
  forget(profile: string): Enrolment | undefined {
    const remove = 'DELETE FROM enrolment WHERE profile = ? RETURNING *'
    return this.#read((database) => toEnrolment(database.prepare(remove).get(profile)))
  }

  /** Where nothing was ever kept, nothing is created. */
  #read<T>(work: (database: DatabaseSync) => T): T | undefined {
    return existsSync(this.file) ? this.#use(work) : undefined
  }

  #use<T>(work: (database: DatabaseSync) => T): T {
    try {
      mkdirSync(path.dirname(this.file), {recursive: true, mode: 0o700})
      // SQLite would create it readable for all; its own journal takes the mode of the file.
      closeSync(openSync(this.file, 'a', 0o600))
      using database = new DatabaseSync(this.file, {timeout: PATIENCE_MS})
      database.exec(`PRAGMA secure_delete = ON; ${TABLE}`)
      return work(database)
    } catch (error) {
      throw unusableStore(this.file, error)
    }
  }
}

function toEnrolment(row: Record<string, SQLOutputValue> | undefined): Enrolment | undefined {
  if (!row) return undefined
  const text = (name: string) => String(row[name])
  return {
    gateway: text('gateway'),
    apiUrl: text('apiUrl'),
    subject: text('subject'),
    account: text('account'),
    deviceToken: text('deviceToken'),
    credential: {token: text('token'), expiresAt: new Date(Number(row['expiresAt']))},
    ...(row['organization'] !== null && {organization: text('organization')}),
  }
}
