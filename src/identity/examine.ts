import type {Check, Identity} from '@superset/identity'
import {isProblem} from '@superset/identity'

/** Whether the chosen identity plugin answers, what it finds wrong with its stores, and whether somebody is signed in. */
export async function examineIdentity(identity: Identity): Promise<Check[]> {
  const {checks, value: provider} = await tried('identity', () => identity.provider())
  if (!provider) return checks
  const {plugin, source} = identity.choice
  const answers: Check = {name: 'identity', outcome: 'pass', message: `${plugin} answers (chosen by: ${source}).`}
  const found = await tried('diagnosis', async () => (await provider.diagnose?.(identity.request)) ?? [])
  const theirs = [...found.checks, ...(found.value ?? [])]
  if (theirs.some(({name}) => name === 'session')) return [answers, ...theirs]
  const described = await tried('session', () => provider.describe(identity.request))
  return [answers, ...theirs, ...described.checks, ...session(described.value)]
}

type Described = {
  readonly signedIn: boolean
  readonly profile: string
  readonly account?: string
  readonly problem?: {readonly message: string; readonly suggestions: readonly string[]}
}

function session(described: Described | undefined): Check[] {
  if (!described) return []
  const {account, problem, profile, signedIn} = described
  if (problem) return [{name: 'session', outcome: 'fail', message: problem.message, suggestions: problem.suggestions}]
  if (signedIn)
    return [
      {name: 'session', outcome: 'pass', message: `Signed in${account ? ` as ${account}` : ''}, profile ${profile}.`},
    ]
  return [{name: 'session', outcome: 'fail', message: 'Not signed in.', suggestions: ['Run `superset auth login`.']}]
}

async function tried<T>(name: string, work: () => Promise<T>): Promise<{value?: T; checks: Check[]}> {
  try {
    return {value: await work(), checks: []}
  } catch (error) {
    if (!isProblem(error)) throw error
    const suggestions = error.suggestions.filter((next) => !next.includes(' doctor'))
    return {checks: [{name, outcome: 'fail', message: error.message, suggestions}]}
  }
}
