import {isProblem} from '@superset/identity'
import {refuseForeignHome} from '@superset/identity/home'
import {existsSync} from 'node:fs'
import {ledgerFile} from '../ledger/ledger-file.ts'
import {Ledger} from '../ledger/ledger.ts'
import {mendLocks} from '../ledger/mend-locks.ts'
import {repair as repairStorage} from '../store/repair.ts'
import type {Workspace} from './workspace.ts'

/**
 * What `doctor --fix` does for this provider, a line for each thing. The locks come first: what follows needs them.
 * @throws Problem STORE_FOREIGN_HOME (78)
 */
export async function repair({keys, request: {homeDir}}: Workspace): Promise<readonly string[]> {
  refuseForeignHome(homeDir)
  const locks = await mendLocks(homeDir, Date.now())
  const {done} = await repairStorage(homeDir, keys)
  return [...locks.map((file) => `${file}: made a lock file again`), ...done, ...(await mendLedger(homeDir))]
}

/** Whoever opens a damaged ledger sets it aside. */
async function mendLedger(homeDir: string): Promise<readonly string[]> {
  if (!existsSync(ledgerFile(homeDir))) return []
  const before = Date.now()
  try {
    using ledger = await Ledger.open(homeDir)
    const lostAt = ledger.lostAt()
    return lostAt !== undefined && lostAt >= before ? [`${ledgerFile(homeDir)}: damaged; set aside`] : []
  } catch (error) {
    // The check of the ledger that follows says the same.
    if (isProblem(error)) return []
    throw error
  }
}
