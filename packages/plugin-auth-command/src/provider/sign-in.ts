import {type IdentityRequest, type LoginOptions, type LoginResult, signInNeeded} from '@superset/identity'
import {inheritedEnvironment} from '../env.ts'
import * as problems from '../problems.ts'
import {runProgram} from '../program/run.ts'
import {outputOf, programFile} from '../session/ask.ts'
import {openSession} from '../session/open-session.ts'
import {signInSteps} from '../sign-in-steps.ts'
import {type Argv, settingsOf} from '../settings.ts'

/** A person signs in, in a browser as a rule. */
const DEADLINE_SECONDS = 900

/** What another provider's sign-in is told; a program of somebody else's knows none of it. */
const FOREIGN = {
  apiKey: 'an API key',
  apiUrl: 'an API',
  clientId: 'a client id',
  issuer: 'an issuer',
  method: 'a method',
  organization: 'an organization',
  settings: 'settings of an issuer',
  storage: 'a storage',
} as const satisfies Partial<Record<keyof LoginOptions, string>>

/**
 * Runs the sign-in program on the terminal, then the credential command, which must give one now.
 * @throws Problem AUTH_NOT_SUPPORTED (78), AUTH_COMMAND_* (4, 75, 77, 78), AUTH_REQUIRED (4), AUTH_CANCELLED (130)
 */
export async function signIn(login: Argv, request: IdentityRequest, options: LoginOptions): Promise<LoginResult> {
  const given = Object.entries(FOREIGN).flatMap(([name, words]) => (name in options ? [words] : []))
  if (given.length > 0) throw problems.notForCommands(given, request)
  if (!request.interactive) throw problems.noTerminal(`The sign-in program ${login[0]}`, request)
  await runLogin(login, request, options.signal)
  const session = await openSession(request)
  if (!session) throw signInNeeded(request, signInSteps(request))
  const {account, apiUrl, expiresAt, issuer, profile, scheme, subject} = session
  return {
    ...{apiUrl, issuer, profile, scheme},
    ...(account !== undefined && {account}),
    ...(subject !== undefined && {subject}),
    ...(expiresAt && {expiresAt}),
  }
}

/** Runs on the terminal, its output on stderr: stdout is the result's. */
async function runLogin(
  [command, ...args]: Argv,
  request: IdentityRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = await runProgram({
    file: await programFile(command, request),
    args,
    env: {...inheritedEnvironment(), ...settingsOf(request).env},
    attended: true,
    stdout: 'show',
    stderr: 'show',
    deadlineMs: DEADLINE_SECONDS * 1000,
  })
  const cancelled = signal?.aborted ?? false
  outputOf(end, {cancelled, command, deadlineSeconds: DEADLINE_SECONDS, request})
}
