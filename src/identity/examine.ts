import {type Check, type Identity, reasonOf} from '@superset/identity'
import {isProblem} from '@superset/identity'
import {describeIdentity} from './describe.ts'

/** Whether the chosen identity plugin answers, what it finds wrong with its stores, and whether somebody is signed in. */
export async function examineIdentity(identity: Identity, version: string | undefined): Promise<Check[]> {
  const {checks, value: provider} = await tried('identity', identity, () => identity.provider())
  if (!provider) return checks
  const {plugin, source} = identity.choice
  const named = version === undefined ? plugin : `${plugin} ${version}`
  const answers: Check = {name: 'identity', outcome: 'pass', message: `${named} answers (chosen by: ${source}).`}
  const found = await tried('diagnosis', identity, async () => (await provider.diagnose?.(identity.request)) ?? [])
  const theirs = [...found.checks, ...(found.value ?? [])]
  if (theirs.some(({name}) => name === 'session')) return [answers, ...theirs]
  const {status} = await describeIdentity(identity)
  return [answers, ...theirs, session(status)]
}

type Described = {
  readonly signedIn: boolean
  readonly profile: string
  readonly account?: string
  readonly problem?: {readonly message: string; readonly suggestions: readonly string[]}
}

function session({account, problem, profile, signedIn}: Described): Check {
  if (problem) return {name: 'session', outcome: 'fail', message: problem.message, suggestions: problem.suggestions}
  if (signedIn)
    return {
      name: 'session',
      outcome: 'pass',
      message: `Signed in${account ? ` as ${account}` : ''}, profile ${profile}.`,
    }
  return {name: 'session', outcome: 'fail', message: 'Not signed in.', suggestions: ['Run `superset auth login`.']}
}

async function tried<T>(
  name: string,
  {choice}: Identity,
  work: () => Promise<T>,
): Promise<{value?: T; checks: Check[]}> {
  try {
    return {value: await work(), checks: []}
  } catch (error) {
    const unexpected = `Identity provider plugin ${choice.plugin} failed: ${reasonOf(error)}.`
    if (!isProblem(error)) return {checks: [{name, outcome: 'fail', message: unexpected}]}
    const suggestions = error.suggestions.filter((next) => !next.includes(' doctor'))
    return {checks: [{name, outcome: 'fail', message: error.message, suggestions}]}
  }
}
