import {EXIT, Problem, type ExitCode} from '../../../src/index.ts'

const SIGN_IN = ['Run `superset auth login`.']

export function problem(code: string, exit: ExitCode, message: string, suggestions: readonly string[] = SIGN_IN) {
  return new Problem({code, exit, message, suggestions, retryable: exit === EXIT.temporary})
}

export const cancelled = () => problem('AUTH_CANCELLED', EXIT.interrupted, 'Cancelled; nothing was changed.', [])
export const denied = (why: string) => problem('AUTH_DECLINED', EXIT.denied, `Sign-in was declined (${why}).`)
export const unreachable = () => problem('AUTH_UNREACHABLE', EXIT.temporary, 'The issuer cannot be reached just now.')
export const ended = () => problem('AUTH_ENDED', EXIT.signInNeeded, 'The session has ended.')
export const lost = () => problem('AUTH_ANSWER_LOST', EXIT.temporary, 'The answer of a renewal was lost.')
export const interrupted = () => problem('AUTH_INTERRUPTED', EXIT.signInNeeded, 'A renewal was interrupted.')
export const blocked = () => problem('AUTH_BLOCKED', EXIT.denied, 'Something on the way blocks the issuer.')
export const misconfigured = (why: string) => problem('AUTH_CONFIGURATION', EXIT.configuration, `${why}.`)
export const damaged = (file: string) => problem('STORE_DAMAGED', EXIT.storage, `${file} cannot be read.`)
