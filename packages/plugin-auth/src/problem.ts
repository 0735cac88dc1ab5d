import {EXIT, type ExitCode, Problem, type ProblemDetails} from '@superset/identity'

/** A Problem of this plugin: what may be over later is worth another try. */
export function problem(
  code: string,
  exit: ExitCode,
  message: string,
  suggestions: readonly string[],
  about: Partial<ProblemDetails> = {},
): Problem {
  return new Problem({code, exit, message, suggestions, retryable: exit === EXIT.temporary, ...about})
}
