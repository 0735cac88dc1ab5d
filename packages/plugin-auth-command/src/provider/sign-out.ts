import type {IdentityRequest, LogoutResult} from '@superset/identity'
import {inheritedEnvironment} from '../env.ts'
import {runProgram} from '../program/run.ts'
import {outputOf, programFile} from '../session/ask.ts'
import {type Argv, settingsOf} from '../settings.ts'

const DEADLINE_SECONDS = 60

/** Runs the sign-out program; there is nothing of ours to forget. @throws Problem AUTH_COMMAND_* (4, 75, 77, 78) */
export async function signOut([command, ...args]: Argv, request: IdentityRequest): Promise<LogoutResult> {
  const shown = request.interactive ? 'show' : 'ignore'
  const end = await runProgram({
    file: await programFile(command, request),
    args,
    env: {...inheritedEnvironment(), ...settingsOf(request).env},
    attended: request.interactive,
    stdout: shown,
    stderr: shown,
    deadlineMs: DEADLINE_SECONDS * 1000,
  })
  const output = outputOf(end, {command, deadlineSeconds: DEADLINE_SECONDS, request})
  return {
    profile: request.profile,
    // Its exit code 4: nobody was signed in.
    signedOut: output !== undefined,
    revocation: 'none',
    reason: `Signing out was left to ${command}; superset itself stores nothing.`,
  }
}
