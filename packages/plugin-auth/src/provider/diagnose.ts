import {isProblem, type Check} from '@superset/identity'
import {existsSync} from 'node:fs'
import {ledgerFile} from '../ledger/ledger-file.ts'
import {Ledger} from '../ledger/ledger.ts'
import {diagnoseStorage} from '../store/diagnose.ts'
import {damagedLocks} from '../ledger/mend-locks.ts'
import {describe} from './describe.ts'
import type {Workspace} from './workspace.ts'

/** The checks of `doctor` that concern this provider; offline, except for what the keychain answers. */
export async function diagnose(workspace: Workspace): Promise<readonly Check[]> {
  const {place, keys, request} = workspace
  const defaults = {apiUrl: request.defaultApiUrl, clientId: request.clientId.value}
  return [
    await checkSession(workspace),
    ...(await diagnoseStorage(place, keys, defaults)),
    await checkLedger(workspace),
    await checkLocks(workspace),
  ]
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

async function checkLedger(workspace: Workspace): Promise<Check> {
  const name = 'ledger'
  const file = ledgerFile(workspace.request.homeDir)
  if (!existsSync(file)) return {name, outcome: 'skip', message: 'Nothing has been refreshed yet.'}
  try {
    // Not as a command opens it, which would set a damaged one aside: only `--fix` changes anything.
    using ledger = await Ledger.look(workspace.request.homeDir)
    if (ledger) return {name, outcome: 'pass', message: `${file} can be used.`}
    const suggestions = ['Run `superset doctor --fix`, which sets it aside.']
    return {name, outcome: 'fail', message: `${file} is damaged.`, suggestions}
  } catch (error) {
    if (!isProblem(error)) throw error
    return {name, outcome: 'fail', message: error.message, suggestions: error.suggestions}
  }
}

async function checkLocks({request: {homeDir}}: Workspace): Promise<Check> {
  const name = 'locks'
  const damaged = await damagedLocks(homeDir)
  if (damaged.length === 0) return {name, outcome: 'pass', message: 'Lock files are intact.'}
  return {
    name,
    outcome: 'fail',
    message: `Damaged lock files: ${damaged.join(', ')}.`,
    suggestions: ['Run `superset doctor --fix`.'],
  }
}
