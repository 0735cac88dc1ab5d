import type {Check, IdentityRequest} from '@superset/identity'
import {existsSync} from 'node:fs'
import {ledgerFile} from '../ledger/ledger-file.ts'
import {Ledger} from '../ledger/ledger.ts'
import {check, DiagnosisProblem, diagnoseStorage} from '../store/diagnose.ts'
import {damagedLocks} from '../ledger/mend-locks.ts'
import {describe} from './describe.ts'
import type {Workspace} from './workspace.ts'

/** The checks of `doctor` that concern this provider, causes before effects. Sends no credential. */
export async function diagnose(workspace: Workspace): Promise<readonly Check[]> {
  const {place, keys, request} = workspace
  const defaults = {apiUrl: request.defaultApiUrl, clientId: request.clientId.value}
  const ways = isFromOutside(request) ? [] : await (await import('../signin/diagnose.ts')).diagnoseSignIn(request)
  return [
    ...(await diagnoseStorage(place, keys, defaults)),
    existsSync(ledgerFile(request.homeDir))
      ? await check('ledger', () => sayLedger(request.homeDir))
      : {name: 'ledger', outcome: 'skip', message: 'Nothing has been refreshed yet.'},
    await check('locks', () => sayLocks(request.homeDir)),
    ...ways,
    await check('session', () => saySession(workspace)),
  ]
}

/** Nobody signs in for what comes with each run. */
function isFromOutside({apiKeyFlag, sandboxWorkspaceId, secrets, workload}: IdentityRequest): boolean {
  return [apiKeyFlag, sandboxWorkspaceId, secrets.apiKey, secrets.token, workload].some((one) => one !== undefined)
}

async function saySession(workspace: Workspace): Promise<string> {
  const found = await describe(workspace, Date.now())
  if (found.problem) throw new DiagnosisProblem(found.problem.message, found.problem.suggestions)
  if (!found.signedIn) throw new DiagnosisProblem(found.reason ?? 'Not signed in.', ['Run `superset auth login`.'])
  const who = found.account ?? found.source ?? 'somebody'
  return found.renewable === false && found.expiresAt
    ? `Signed in (${who}) until ${found.expiresAt.toISOString()}; it cannot be renewed: ${found.reason}`
    : `Signed in (${who}).`
}

async function sayLedger(homeDir: string): Promise<string> {
  // Not as a command opens it, which would set a damaged one aside: only `--fix` changes anything.
  using ledger = await Ledger.look(homeDir)
  const file = ledgerFile(homeDir)
  if (ledger) return `${file} can be used.`
  throw new DiagnosisProblem(`${file} is damaged.`, ['Run `superset doctor --fix`, which sets it aside.'])
}

async function sayLocks(homeDir: string): Promise<string> {
  const damaged = await damagedLocks(homeDir)
  if (damaged.length === 0) return 'Lock files are intact.'
  throw new DiagnosisProblem(`Damaged lock files: ${damaged.join(', ')}.`, ['Run `superset doctor --fix`.'])
}
