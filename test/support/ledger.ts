import {existsSync} from 'node:fs'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import type {Home} from './cli.ts'

/** The phase of the refresh that is under way in this home, as its ledger tells it; `none` when there is none. */
export function refreshPhase(home: Home): 'claimed' | 'none' | 'sent' {
  const file = path.join(home.superset, 'identity', 'ledger.db')
  if (!existsSync(file)) return 'none'
  const database = new DatabaseSync(file, {readOnly: true, timeout: 2000})
  try {
    const row = database
      .prepare("SELECT phase FROM generation WHERE phase IN ('claimed', 'sent') ORDER BY changed_at DESC")
      .get()
    return (row?.['phase'] as 'claimed' | 'sent' | undefined) ?? 'none'
  } finally {
    database.close()
  }
}
