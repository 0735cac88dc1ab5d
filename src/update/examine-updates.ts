import {type Check, isProblem} from '@superset/identity'
import {type Hindrance, hindrance} from './auto-update.ts'
import {demandMinimum} from '../policy/minimum-version.ts'
import {currentPolicy} from '../policy/current.ts'
import {lastLook, type UpdateCheck, rootOf} from './look.ts'

const BECAUSE: Readonly<Record<Hindrance, string>> = {
  'not-yours': 'the installation is not yours to change',
  policy: 'the policy of this machine does not allow it',
  setting: 'that was turned off (`superset update --autoupdate on` turns it on)',
  variable: 'SUPERSET_DISABLE_AUTOUPDATE is set',
}
/** The host, or somebody before it, served what is not ours; all else passes by itself. */
const GRAVE = /^UPDATE_(?:ARCHIVE|DAMAGED|EXPIRED|MISMATCH|REPLAYED|UNSIGNED)$/

/** What `doctor` says of updates; nothing of a copy that does not update itself. @param app the folder of the package.json */
export async function examineUpdates(app: string, version: string): Promise<readonly Check[]> {
  const root = rootOf(app)
  const old = tooOld(version)
  if (root === undefined) return old
  const reason = await hindrance(root)
  const look = lastLook(root)
  const said = look ? sentence(look) : 'No newer version was looked for yet.'
  const message = reason === undefined ? said : `superset does not update itself: ${BECAUSE[reason]}. ${said}`
  const isGrave = look?.outcome === 'failed' && GRAVE.test(look.code ?? '')
  const suggestions = ['Run `superset update`, which says more.']
  return [...old, {name: 'update', outcome: isGrave ? 'fail' : 'pass', message, ...(isGrave && {suggestions})}]
}

function tooOld(version: string): readonly Check[] {
  try {
    demandMinimum(version, currentPolicy())
    return []
  } catch (error) {
    if (!isProblem(error)) throw error
    return [{name: 'update', outcome: 'fail', message: error.message, suggestions: error.suggestions}]
  }
}

function sentence({at, code = 'no reason', next, outcome, version = 'another version'}: UpdateCheck): string {
  const [when, then] = [at, next].map((time) => new Date(time).toISOString())
  const ends: Readonly<Record<UpdateCheck['outcome'], string>> = {
    current: 'there was nothing newer.',
    failed: `it failed (${code}), and is tried again after ${then}.`,
    later: `${version} is out, and not for this installation yet; \`superset update\` brings it.`,
    left: `${version} is out, but was left for an older one; \`superset update\` brings it.`,
    started: `it has not ended yet, or was ended; the next is due after ${then}.`,
    updated: `superset was updated to ${version}.`,
  }
  return `The last look for a newer version, ${when}: ${ends[outcome]}`
}
