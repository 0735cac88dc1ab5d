import {existsSync} from 'node:fs'
import {ledgerFile} from '../ledger/ledger-file.ts'
import {Ledger} from '../ledger/ledger.ts'
import {repair as repairStorage} from '../store/repair.ts'
import type {Workspace} from './workspace.ts'

/** What `doctor --fix` does for this provider, a line for each thing. @throws Problem STORE_*, LEDGER_UNUSABLE (74, 75, 78) */
export async function repair({keys, request: {homeDir}}: Workspace): Promise<readonly string[]> {
  const {done} = await repairStorage(homeDir, keys)
  if (!existsSync(ledgerFile(homeDir))) return done
  // Whoever opens a damaged ledger sets it aside.
  const before = Date.now()
  using ledger = await Ledger.open(homeDir)
  const lostAt = ledger.lostAt()
  return lostAt !== undefined && lostAt >= before ? [...done, `${ledgerFile(homeDir)}: damaged; set aside`] : done
}
