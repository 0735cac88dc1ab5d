import type {IdentityRequest} from '@superset/identity'
import {isSet, settingsOf, stepsToSet} from './settings.ts'

/** What helps when nobody is signed in: naming a command, or signing in where it takes its credential from. */
export function signInSteps(request: IdentityRequest): readonly string[] {
  if (!isSet(request)) return stepsToSet(request)
  const {command, login} = settingsOf(request)
  if (login) return [`Run \`${request.bin} auth login\`.`]
  return [`Sign in where the credential command ${command} takes its credential from, then try again.`]
}
