import {EXIT_MEANINGS, Problem} from '@superset/identity'
import type {DatabaseSync, SQLOutputValue} from 'node:sqlite'
import type {Generation} from '../model.ts'
import {DamagedLedger, openLedgerDatabase} from './database.ts'
import type {Entry, Phase, Reason, RestPeriod} from './judge.ts'
import {ledgerFile} from './ledger-file.ts'
import {LOST, quarantineLedger} from './set-aside.ts'
import {unusable} from './unusable.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Longer than refresh tokens live: nobody has them any more. */
const REMEMBERED_MS = 90 * DAY_MS

export interface Change {
  readonly phase: Phase
  readonly notBefore?: number | undefined
  readonly reason?: Reason | undefined
}

/**
 * What processes must agree on about refreshing. What is known of a refresh token is known by its digest alone: whichever
 * session or record names it (a move that was killed half-way, a restored record), spent is spent. No transaction outlives a call: a claim is a committed row, and
 * whether its holder lives is shown by a lock file that the kernel frees.
 */
export class Ledger implements Disposable {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /**
   * A damaged one is set aside first, see `lostAt()`.
   * @throws Problem LEDGER_UNUSABLE (74) or STORE_NEWER_VERSION (78): never go on unguarded
   */
  static async open(homeDir: string): Promise<Ledger> {
    const file = ledgerFile(homeDir)
    return explained(file, async () => new Ledger(await openSound(file)))
  }

  /**
   * For who only looks: a damaged one stays where it is, and is none. @returns `undefined` for that
   * @throws as `open()`
   */
  static async look(homeDir: string): Promise<Ledger | undefined> {
    const file = ledgerFile(homeDir)
    return explained(file, async () => {
      try {
        return new Ledger(await openLedgerDatabase(file))
      } catch (error) {
        if (error instanceof DamagedLedger) return undefined
        throw error
      }
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  read({digest}: Generation): Entry | undefined {
    const row = this.#database.prepare('SELECT * FROM generation WHERE digest = ?').get(digest)
    return row && toEntry(row)
  }

  /** Takes the right to present it. The caller holds the token's lock and has judged the entry. */
  claim({digest}: Generation, holder: string, now: number): void {
    this.#database
      .prepare(
        `INSERT INTO generation VALUES (?, 'claimed', 0, 1, ?, ?, NULL, NULL)
         ON CONFLICT DO UPDATE SET phase = 'claimed', attempt = attempt + 1, holder = excluded.holder,
           changed_at = excluded.changed_at, not_before = NULL, reason = NULL`,
      )
      .run(digest, holder, now)
  }

  /** The first byte is about to leave: from here on the token may be spent. */
  sent({digest}: Generation, now: number): void {
    this.#database
      .prepare("UPDATE generation SET phase = 'sent', presented = presented + 1, changed_at = ? WHERE digest = ?")
      .run(now, digest)
  }

  /**
   * What came of it. A token that the server left as it was is `untouched`: its next record may be presented, too. `claimed`:
   * nothing was spent, and whoever has claimed it tries again.
   */
  record({digest}: Generation, change: Change, now: number): void {
    this.#database
      .prepare(
        `INSERT INTO generation VALUES (?, ?, 0, 1, '', ?, ?, ?)
         ON CONFLICT DO UPDATE SET phase = excluded.phase, changed_at = excluded.changed_at,
           not_before = excluded.not_before, reason = excluded.reason,
           presented = presented - (CASE WHEN excluded.phase IN ('claimed', 'untouched') AND phase = 'sent' THEN 1 ELSE 0 END)`,
      )
      .run(digest, change.phase, now, change.notBefore ?? null, change.reason ? JSON.stringify(change.reason) : null)
  }

  /** A rate limit concerns everyone who asks this issuer from here, whatever the session. */
  issuerRest(issuer: string, now: number): RestPeriod | undefined {
    const row = this.#database.prepare('SELECT not_before, reason FROM issuer WHERE name = ?').get(issuer)
    if (!row || Number(row['not_before']) <= now) return undefined
    const reason = toReason(row['reason'])
    return {until: Number(row['not_before']), ...(reason && {reason})}
  }

  restIssuer(issuer: string, until: number, reason: Reason): void {
    this.#database.prepare('INSERT OR REPLACE INTO issuer VALUES (?, ?, ?)').run(issuer, until, JSON.stringify(reason))
  }

  /** When a damaged ledger was replaced by this one: what was presented before that is not known (ms since the epoch). */
  lostAt(): number | undefined {
    const row = this.#database.prepare('SELECT told_at FROM notice WHERE name = ?').get(LOST)
    return row && Number(row['told_at'])
  }

  /**
   * Row 66, by whoever has just saved: claims that came to nothing after a day, everything else when no refresh token of
   * that time can be alive. What is known of a spent token outlives its session: a restored backup may bring it back.
   */
  sweep(now: number): void {
    // One transaction: each of these alone would wait for the disk once.
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      this.#database
        .prepare("DELETE FROM generation WHERE phase IN ('claimed', 'untouched') AND presented = 0 AND changed_at < ?")
        .run(now - DAY_MS)
      this.#database.prepare('DELETE FROM generation WHERE changed_at < ?').run(now - REMEMBERED_MS)
      this.#database.prepare('DELETE FROM notice WHERE told_at < ?').run(now - REMEMBERED_MS)
      this.#database.prepare('DELETE FROM issuer WHERE not_before < ?').run(now)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** True once per `everyMs`, for all processes together. */
  takeNotice(name: string, everyMs: number, now: number): boolean {
    const result = this.#database
      .prepare(
        `INSERT INTO notice VALUES (?, ?)
         ON CONFLICT DO UPDATE SET told_at = excluded.told_at WHERE told_at <= ? OR told_at > ?`,
      )
      .run(name, now, now - everyMs, now)
    return Number(result.changes) > 0
  }
}

function toEntry(row: Record<string, SQLOutputValue>): Entry {
  const reason = toReason(row['reason'])
  return {
    phase: String(row['phase']) as Phase,
    presented: Number(row['presented']),
    attempt: Number(row['attempt']),
    holder: String(row['holder']),
    changedAt: Number(row['changed_at']),
    ...(row['not_before'] !== null && {notBefore: Number(row['not_before'])}),
    ...(reason && {reason}),
  }
}

function toReason(value: SQLOutputValue | undefined): Reason | undefined {
  if (typeof value !== 'string') return undefined
  try {
    const reason: unknown = JSON.parse(value)
    return isReason(reason) ? reason : undefined
  } catch {
    // Another program wrote it: that there was an end is known, its words are not.
    return undefined
  }
}

function isReason(value: unknown): value is Reason {
  const {code, exit, message, retryable, suggestions} = Object(value) as Partial<Record<keyof Reason, unknown>>
  const areTexts = [code, message, ...(Array.isArray(suggestions) ? (suggestions as unknown[]) : [undefined])]
  return areTexts.every((one) => typeof one === 'string') && typeof retryable === 'boolean' && isExit(exit)
}

function isExit(value: unknown): boolean {
  return typeof value === 'number' && Object.hasOwn(EXIT_MEANINGS, value)
}

async function explained<T>(file: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    throw error instanceof Problem ? error : unusable(file, error)
  }
}

async function openSound(file: string): Promise<DatabaseSync> {
  try {
    return await openLedgerDatabase(file)
  } catch (error) {
    if (!(error instanceof DamagedLedger)) throw error
    await quarantineLedger(file, Date.now())
    return openLedgerDatabase(file)
  }
}
