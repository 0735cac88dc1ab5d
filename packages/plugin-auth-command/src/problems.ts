import {EXIT, type ExitCode, type IdentityRequest, Problem} from '@superset/identity'
import type {ProgramEnd} from './program/run.ts'
import {NAME, settingsFile, type SettingsRequest} from './settings.ts'

/** What a person reads when the command gave nothing. Nothing that it printed is in any of it: it may be a secret. */

type ProblemContext = Pick<IdentityRequest, 'bin' | 'profile'> & SettingsRequest

/** What the command's own exit code says; a command that knows nothing of them uses 1, as most do. */
const SIGN_IN_NEEDED = 4
const TEMPORARY = 75
const DENIED = 77

/** Not the program's fault, and gone in a while. */
const BUSY = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY'])

export function notFound(command: string, request: ProblemContext): Problem {
  const where = command.includes('/') || command.includes('\\') ? 'is not there' : 'is not in PATH'
  return configuration('AUTH_COMMAND_MISSING', `The credential command ${command} ${where}.`, request)
}

export function notExecutable(file: string, request: ProblemContext): Problem {
  const message = `The credential command ${file} is no file that you may execute.`
  return configuration('AUTH_COMMAND_NOT_EXECUTABLE', message, request)
}

/** `undefined`: nobody is signed in where the command takes its credential from (its exit code 4). */
export function endProblem(
  end: Exclude<ProgramEnd, {kind: 'interrupted'}>,
  command: string,
  asked: ProblemRequest,
): Problem | undefined {
  const the = `The credential command ${command}`
  const {deadlineSeconds, request} = asked
  switch (end.kind) {
    case 'exited': {
      return exited(end.code, the, asked)
    }

    case 'killed': {
      return temporary('AUTH_COMMAND_KILLED', `${the} was ended by ${end.signal}.`, request)
    }

    case 'late': {
      const message = `${the} gave nothing within ${deadlineSeconds} s and was ended.`
      return temporary('AUTH_COMMAND_TIMEOUT', message, request)
    }

    case 'too-much': {
      return output(command, 'printed more than 1 MB', request)
    }

    case 'not-started': {
      const message = `${the} cannot be started (${end.code}).`
      if (BUSY.has(end.code)) return temporary('AUTH_COMMAND_NOT_STARTED', message, request)
      return configuration('AUTH_COMMAND_NOT_STARTED', message, request)
    }
  }
}

interface ProblemRequest {
  readonly request: ProblemContext
  readonly deadlineSeconds: number
}

function exited(code: number, the: string, {request}: ProblemRequest): Problem | undefined {
  if (code === SIGN_IN_NEEDED) return undefined
  const failed = `${the} failed (its exit code: ${code}).`
  if (code === TEMPORARY) return temporary('AUTH_COMMAND_UNAVAILABLE', failed, request)
  if (code === DENIED) return problem('AUTH_COMMAND_DENIED', EXIT.denied, failed, byHand(request), request)
  return problem('AUTH_COMMAND_FAILED', EXIT.configuration, failed, byHand(request), request)
}

/** @param fault half a sentence that repeats nothing of the output */
export function output(command: string, fault: string, request: ProblemContext): Problem {
  const message = `The credential command ${command} ${fault}.`
  return problem('AUTH_COMMAND_OUTPUT', EXIT.configuration, message, byHand(request), request)
}

export function unknownVersion(command: string, speaks: string, knows: string, request: ProblemContext): Problem {
  const message = `The credential command ${command} speaks ${speaks}; this plugin knows ${knows}.`
  const next = [`Run \`${request.bin} plugins update\`, or use a version of the command that speaks ${knows}.`]
  return problem('AUTH_COMMAND_VERSION', EXIT.configuration, message, next, request)
}

export function expired(command: string, at: Date, request: ProblemContext): Problem {
  const message = `The credential command ${command} gave a credential that expired at ${at.toISOString()}; it was not used.`
  const next = ['Sign in again where the command takes its credential from.', "Check this machine's clock."]
  return problem('AUTH_COMMAND_EXPIRED', EXIT.signInNeeded, message, next, request)
}

export function anotherHolder(command: string, what: string, request: ProblemContext): Problem {
  const message = `The credential command ${command} gave the credential of another ${what} than before in this run.`
  return problem('AUTH_COMMAND_CHANGED', EXIT.configuration, message, ['Run the command again.'], request)
}

export function wrongIssuer(
  command: string,
  expected: string,
  byPolicy: string | undefined,
  request: ProblemContext,
): Problem {
  const who = byPolicy === undefined ? 'the settings name' : `the policy ${byPolicy} allows`
  const message = `The credential command ${command} gave a credential of another issuer; ${who} ${expected}.`
  const exit = byPolicy === undefined ? EXIT.configuration : EXIT.denied
  return problem('AUTH_COMMAND_ISSUER', exit, message, [`Settings are in ${settingsFile(request)}.`], request)
}

export function methodDenied(file: string, method: string, request: ProblemContext): Problem {
  const message = `A credential of this kind (${method}) is not allowed by the policy of this machine (${file}).`
  return problem('POLICY_METHOD', EXIT.denied, message, ['Ask whoever administers this machine.'], request)
}

export function noTerminal(command: string, request: ProblemContext): Problem {
  const message = `${command} asks a person, and there is no terminal to ask on.`
  const next = ['Run the same command on a terminal.']
  return problem('AUTH_COMMAND_TERMINAL', EXIT.signInNeeded, message, next, request)
}

export function nested(request: ProblemContext): Problem {
  const message = `The credential command runs ${request.bin}, which needs the credential command.`
  const next = ['Set SUPERSET_IDENTITY in the command to the plugin that is to sign in there.']
  return problem('AUTH_COMMAND_NESTED', EXIT.configuration, message, next, request)
}

export function cancelled(request: ProblemContext): Problem {
  return problem('AUTH_CANCELLED', EXIT.interrupted, 'Cancelled; nothing was changed.', [], request)
}

export function originMismatch(apiUrl: string, named: string, source: string, request: ProblemContext): Problem {
  const message = `The credential command's credential is for ${apiUrl}, but ${source} names ${named}; nothing was sent.`
  const next = [`Set "apiUrl" of ${NAME} in ${settingsFile(request)}, or unset ${source}.`]
  return problem('ORIGIN_MISMATCH', EXIT.configuration, message, next, request)
}

export function notForCommands(given: readonly string[], request: ProblemContext): Problem {
  const message = `The credential command signs in with a program of its own, which knows nothing of ${given.join(', ')}.`
  const next = [
    `Run \`${request.bin} auth login\`, and then \`${request.bin} organization switch <id|slug>\` to choose an organization.`,
  ]
  return problem('AUTH_NOT_SUPPORTED', EXIT.configuration, message, next, request)
}

function byHand(request: ProblemContext): readonly string[] {
  return [
    'Run the command by hand to see what it says; it is not shown here, for it may hold secrets.',
    `Settings are in ${settingsFile(request)}.`,
  ]
}

function configuration(code: string, message: string, request: ProblemContext): Problem {
  return problem(code, EXIT.configuration, message, [`Correct it in ${settingsFile(request)}.`], request)
}

function temporary(code: string, message: string, {profile}: ProblemContext): Problem {
  const suggestions = ['Try again in a while.', 'Run the command by hand to see what it says.']
  return new Problem({code, message, exit: EXIT.temporary, retryable: true, profile, suggestions})
}

function problem(
  code: string,
  exit: ExitCode,
  message: string,
  suggestions: readonly string[],
  {profile}: ProblemContext,
): Problem {
  return new Problem({code, message, exit, profile, suggestions})
}
