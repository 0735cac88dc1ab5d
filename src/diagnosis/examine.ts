import type {Config} from '@oclif/core'
import {type Check, type Identity, type IdentityRequest, isProblem} from '@superset/identity'
import {configuration} from '../cli/home.ts'
import {currentRun} from '../cli/current-run.ts'
import {examineIdentity} from '../identity/examine.ts'
import {examinePlugins} from '../plugin-host/examine-plugins.ts'
import {currentPolicy, policyProblem} from '../policy/current.ts'
import {examinePolicy} from '../policy/examine.ts'
import {checkNetwork, failedCheck} from '../service/reachability.ts'
import {examineUpdates} from '../update/examine-updates.ts'
import {examineFit} from './session-fit.ts'
import {examineWayOut} from './way-out.ts'

/** What a cause of others is; the order in which they are looked for. Names that are not here come before the last of these. */
const CAUSES_FIRST = [
  ...['policy', 'configuration', 'plugins', 'identity', 'storage', 'keychain', 'ledger', 'locks'],
  ...['proxy', 'certificates', 'dns', 'network', 'clock', 'issuer', 'session', 'access'],
]
const LAST = ['loopback', 'browser', 'update', 'versions']
const WORST_FIRST = ['fail', 'warn', 'pass', 'skip']

/** All that is found, what is wrong first, and a cause before what it causes. Never throws for what it looks for. */
export async function examine(config: Config, identity: () => Identity): Promise<readonly Check[]> {
  const versions: Check = {name: 'versions', outcome: 'pass', message: config.userAgent}
  // Nothing else works without the policy, so nothing else is worth looking at.
  const problem = policyProblem()
  if (problem) return [failedCheck(problem, 'policy'), versions]
  const updates = await examineUpdates(config.root, config.version)
  const found = [
    ...examinePolicy(currentPolicy(), currentRun.leftOut),
    ...examinePlugins(config, currentRun.leftOut, currentRun.broken),
    ...(await examineRest(config, identity)),
    ...updates,
    versions,
  ]
  return found.toSorted((one, other) => rankOf(one) - rankOf(other))
}

async function examineRest({plugins, version}: Config, identity: () => Identity): Promise<readonly Check[]> {
  const wrong: Check[] = []
  try {
    wrong.push(
      ...configuration()
        .faults()
        .map((fault) => failedCheck(fault, 'configuration')),
    )
    const held = identity()
    const {choice, request} = held
    const way = await examineWayOut(request.apiUrl.value)
    const [theirs, network] = await Promise.all([
      examineIdentity(held, plugins.get(choice.plugin)?.version),
      way.some(isWrong) ? [] : checkNetwork(request.apiUrl.value),
    ])
    const known = [...way, ...network, ...withoutEcho(theirs, [...way, ...network], request)]
    return [...(wrong.length > 0 ? wrong : [inOrder()]), ...known, await fit(held, known, version)]
  } catch (error) {
    if (!isProblem(error)) throw error
    const isKnown = wrong.some(({message}) => message === error.message)
    return [...wrong, ...(isKnown ? [] : [failedCheck(error, 'configuration')])]
  }
}

/** The API's own origin is the issuer, unless another is named: one outage is told once. */
function withoutEcho(
  theirs: readonly Check[],
  way: readonly Check[],
  {apiUrl, issuer}: Pick<IdentityRequest, 'apiUrl' | 'issuer'>,
): readonly Check[] {
  const cause = way.find((one) => isWrong(one) && one.name !== 'clock')
  if (!cause || (issuer && new URL(issuer.value).origin !== apiUrl.value)) return theirs
  return theirs.map((one) => (one.name === 'issuer' && isWrong(one) ? notAsked('issuer', cause) : one))
}

/** Asked only where nothing is in its way: it would fail for a reason that is known already. */
async function fit(identity: Identity, known: readonly Check[], version: string): Promise<Check> {
  const cause = known.find((one) => isWrong(one) && one.name !== 'clock' && one.name !== 'issuer')
  if (!cause) return examineFit(identity, version)
  return notAsked('access', cause)
}

function notAsked(name: string, cause: Check): Check {
  return {name, outcome: 'skip', message: `Not asked, for what is wrong with: ${cause.name}.`}
}

function isWrong({outcome}: Check): boolean {
  return outcome === 'fail'
}

function rankOf({name, outcome}: Check): number {
  const room = name.split(':', 1)[0] ?? ''
  const [early, late] = [CAUSES_FIRST.indexOf(room), LAST.indexOf(room)]
  const rank = late !== -1 ? CAUSES_FIRST.length + 1 + late : early === -1 ? CAUSES_FIRST.length : early
  return WORST_FIRST.indexOf(outcome) * 100 + rank
}

function inOrder(): Check {
  return {name: 'configuration', outcome: 'pass', message: 'Environment variables and settings files are valid.'}
}
