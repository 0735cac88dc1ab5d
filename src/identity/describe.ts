import {type Identity, type IdentityDescription, isProblem, type Problem, reasonOf} from '@superset/identity'
import {DEADLINE_MS, failed} from './ask.ts'
import {within} from './deadline.ts'

/** What `auth status` prints: what the provider says of itself, and who chose it. */
export type IdentityStatus = IdentityDescription & {readonly identity: Identity['choice']}

export interface ChoiceDescription {
  readonly status: IdentityStatus
  /** Why nothing could be learnt from the provider; the status has it as its `problem`. */
  readonly failure?: Problem
}

/**
 * Describes whichever provider is chosen, also one that is missing, broken or hangs.
 * @throws Problem CONFIG_* (78) when it cannot even be said which one that is
 */
export async function describeIdentity(
  identity: Identity,
  deadlineMs: number = DEADLINE_MS,
): Promise<ChoiceDescription> {
  const {choice, request} = identity
  const {bin, profile} = request
  const base = {signedIn: false, profile, apiUrl: request.apiUrl.value, hides: [], notes: []}
  try {
    const provider = await identity.provider()
    const late = failed('IDENTITY_TIMEOUT', `no description within ${deadlineMs / 1000} s`, {choice, bin, profile})
    const described = await within(deadlineMs, async () => provider.describe(request), late)
    return {status: {...base, ...described, identity: choice}}
  } catch (error) {
    const failure = isProblem(error) ? error : failed('IDENTITY_FAILED', reasonOf(error), {choice, bin, profile}, error)
    const {code, exit, message, suggestions} = failure
    return {status: {...base, problem: {code, message, suggestions, exit}, identity: choice}, failure}
  }
}
