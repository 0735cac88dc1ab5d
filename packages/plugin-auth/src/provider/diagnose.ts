import {isProblem, type Check} from '@superset/identity'
import {existsSync} from 'node:fs'
import {Ledger, ledgerFile} from '../ledger/ledger.ts'
import {describe} from './describe.ts'
import type {Workspace} from './workspace.ts'

/** The checks of `doctor` that concern this provider; offline, except for what the keychain answers. */
export async function diagnose(workspace: Workspace): Promise<readonly Check[]> {
  return [await checkSession(workspace), await checkStorage(workspace), await checkLedger(workspace)]
}

async function checkSession(workspace: Workspace): Promise<Check> {
  const name = 'session'
  const found = await describe(workspace, Date.now())
  if (found.problem)
    return {name, outcome: 'fail', message: found.problem.message, suggestions: found.problem.suggestions}
  if (!found.signedIn) {
    return {
      name,
      outcome: 'fail',
      message: found.reason ?? 'Not signed in.',
      suggestions: ['Run `superset auth login`.'],
    }
  }

  const who = found.account ?? found.source ?? 'somebody'
  return found.renewable === false && found.expiresAt
    ? {
        name,
        outcome: 'pass',
        message: `Signed in (${who}) until ${found.expiresAt.toISOString()}; it cannot be renewed: ${found.reason}`,
      }
    : {name, outcome: 'pass', message: `Signed in (${who}).`}
}

/** Opens what is stored, so that a locked keychain or another key shows. */
async function checkStorage(workspace: Workspace): Promise<Check> {
  const name = 'storage'
  try {
    const [winner] = await workspace.stored()
    if (!winner) return {name, outcome: 'skip', message: 'Nothing is stored.'}
    await winner.store.read()
    await using _space = await winner.store.preflight()
    return {name, outcome: 'pass', message: `${winner.store.storage} (${winner.store.place}) can be read and written.`}
  } catch (error) {
    return failed(name, error)
  }
}

async function checkLedger(workspace: Workspace): Promise<Check> {
  const name = 'ledger'
  const file = ledgerFile(workspace.request.homeDir)
  if (!existsSync(file)) return {name, outcome: 'skip', message: 'Nothing has been refreshed yet.'}
  try {
    using _ledger = await Ledger.open(workspace.request.homeDir)
    return {name, outcome: 'pass', message: `${file} can be used.`}
  } catch (error) {
    return failed(name, error)
  }
}

function failed(name: string, error: unknown): Check {
  if (!isProblem(error)) throw error
  return {name, outcome: 'fail', message: error.message, suggestions: error.suggestions}
}
