import {existsSync} from 'node:fs'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import type {Home} from './cli.ts'

/** The phase of the refresh that is under way in this home, as its ledger tells it; `none` when there is none. */
export function refreshPhase(home: Home): 'claimed' | 'none' | 'sent' {
  const file = path.join(home.superset, 'identity', 'ledger.db')
  if (!existsSync(file)) return 'none'
  const database = new DatabaseSync(file, {readOnly: true, timeout: 600_000})
  try {
    const row = database
      .prepare("SELECT phase FROM generation WHERE phase IN ('claimed', 'sent') ORDER BY changed_at DESC")
      .get()
    return (row?.['phase'] as 'claimed' | 'sent' | undefined) ?? 'none'
  } finally {
    database.close()
  }
}

/** The phase of the generation that changed last, if any did since then (ms since the epoch). */
export function newestPhase(home: Home, since: number): string | undefined {
  const file = path.join(home.superset, 'identity', 'ledger.db')
  if (!existsSync(file)) return undefined
  // Not read-only: what a killed process leaves behind is rolled back by who opens the file next.
  const database = new DatabaseSync(file, {timeout: 600_000})
  try {
    const row = database
      .prepare('SELECT phase FROM generation WHERE changed_at >= ? ORDER BY changed_at DESC, phase LIMIT 1')
      .get(since)
    return row?.['phase'] as string | undefined
  } finally {
    database.close()
  }
}

/** As if all that was to be waited for had passed. */
export function endPauses(home: Home): void {
  const database = new DatabaseSync(path.join(home.superset, 'identity', 'ledger.db'), {timeout: 2000})
  try {
    database.exec('UPDATE generation SET not_before = 1 WHERE not_before IS NOT NULL; UPDATE issuer SET not_before = 1')
  } finally {
    database.close()
  }
}
