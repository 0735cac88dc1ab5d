import {EXEC_VARIABLE, inheritedEnvironment, isInsideCommand, REQUEST_VARIABLE, searchPath} from '../env.ts'
import * as problems from '../problems.ts'
import {findProgram} from '../program/find.ts'
import {type ProgramEnd, endBy, runProgram} from '../program/run.ts'
import type {Credential} from '../protocol/credential.ts'
import {execInfo} from '../protocol/exec-credential.ts'
import {readAnswer} from '../protocol/read-answer.ts'
import type {CommandSettings} from '../settings.ts'
import type {IdentityRequest} from '@superset/identity'

const DEADLINE_SECONDS = 30
const DEADLINE_WITH_A_PERSON_SECONDS = 300
/** Fault rule G6. */
const SILENCE_MS = 2000

export interface Question {
  readonly request: IdentityRequest
  readonly settings: CommandSettings
  /** The API that the credential is for. */
  readonly apiUrl: string
  /** The API refused what the command gave last. */
  readonly refused: boolean
}

/**
 * Runs the command and reads its answer. `undefined`: it says that nobody is signed in.
 * @throws Problem AUTH_COMMAND_* (4, 75, 77, 78), AUTH_CANCELLED (130)
 */
export async function askCommand(question: Question): Promise<Credential | undefined> {
  const {apiUrl, refused, request, settings} = question
  const {args, command, interactive} = settings
  if (isInsideCommand()) throw problems.nested(request)
  if (interactive === 'always' && !request.interactive)
    throw problems.noTerminal(`The credential command ${command}`, request)
  const file = await programFile(command, request)
  const attended = interactive !== 'never' && request.interactive
  const deadlineSeconds = settings.deadlineSeconds ?? (attended ? DEADLINE_WITH_A_PERSON_SECONDS : DEADLINE_SECONDS)
  const wanted = {version: 1, apiUrl, profile: request.profile, interactive: attended, refused}
  const env = {
    ...inheritedEnvironment(),
    ...settings.env,
    [REQUEST_VARIABLE]: JSON.stringify(wanted),
    [EXEC_VARIABLE]: execInfo(settings.apiVersion, {interactive: attended, server: apiUrl}),
  }
  const order = {
    file,
    args,
    env,
    attended,
    stdout: 'read',
    // It may hold secrets: a person at a terminal sees it, no log does.
    stderr: request.interactive ? 'show' : 'ignore',
    deadlineMs: deadlineSeconds * 1000,
  } as const
  const end = await saying(request, `Waiting for ${command}…`, attended, () => runProgram(order))
  const output = outputOf(end, {command, deadlineSeconds, request})
  return output === undefined ? undefined : credentialIn(output, command, request)
}

/** @throws Problem AUTH_COMMAND_MISSING, AUTH_COMMAND_NOT_EXECUTABLE (78) */
export async function programFile(command: string, request: IdentityRequest): Promise<string> {
  const found = await findProgram(command, searchPath())
  if (found.kind === 'found') return found.file
  throw found.kind === 'missing' ? problems.notFound(command, request) : problems.notExecutable(found.file, request)
}

interface ProgramAnswer {
  readonly command: string
  readonly deadlineSeconds: number
  readonly request: IdentityRequest
  /** The caller has taken Ctrl-C on: this process is not to end by it. */
  readonly cancelled?: boolean
}

/** What a program printed that ended well. `undefined`: it says that nobody is signed in. @throws Problem */
export function outputOf(end: ProgramEnd, {cancelled = false, command, ...asking}: ProgramAnswer): string | undefined {
  if (end.kind === 'exited' && end.code === 0) return end.output
  if (end.kind === 'interrupted') {
    if (!cancelled) endBy(end.signal)
    throw problems.cancelled(asking.request)
  }

  const problem = problems.endProblem(end, command, asking)
  if (problem) throw problem
  return undefined
}

function credentialIn(output: string, command: string, request: IdentityRequest): Credential {
  const answer = readAnswer(output)
  if (answer.kind === 'fault') throw problems.output(command, answer.fault, request)
  if (answer.kind === 'version') throw problems.unknownVersion(command, answer.speaks, answer.knows, request)
  const {credential} = answer
  const {expiresAt} = credential
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw problems.expired(command, expiresAt, request)
  return credential
}

/** One line for a person who waits, unless the command speaks for itself. */
async function saying<T>(request: IdentityRequest, line: string, silent: boolean, work: () => Promise<T>): Promise<T> {
  const timer = silent ? undefined : setTimeout(() => request.tell(line), SILENCE_MS)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}
