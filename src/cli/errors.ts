import {EXIT, type ExitCode, isProblem, Problem, type ProblemDetails} from '@superset/identity'
import {stripVTControlCharacters} from 'node:util'

/** The parts of oclif's errors that matter here. They are told by shape: plugins bring other copies of oclif. */
interface OclifError {
  readonly code?: unknown
  readonly suggestions?: unknown
  readonly oclif?: {readonly exit?: unknown}
}

const CODES = new Set<number>(Object.values(EXIT))
/** AREA_REASON, as scripts match on it. */
const CODE = /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)*$/
/** oclif adds this line to every error of its parser. */
const SEE_HELP = 'See more help with --help'
/** And this in front of what is wrong with flags. */
const FRAME = /^The following errors? occurred:\s*/
/** And this before what a flag's own parser says. */
const PARSING = /^Parsing (--\S+)\s+/
/** Errors of oclif's parser that are not of its class CLIParseError. */
const PARSER = /^(?:Flag --\S+ |Unexpected flag |Parsing --)/

/** The number with which a command ended itself (`this.exit(n)` of oclif), which is no error to be shown. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (!isObject(error) || error.code !== 'EEXIT') return undefined
  return knownExit(error.oclif?.exit)
}

/** Every error becomes a Problem: what is not one yet is oclif's, a plugin's, or a fault of ours. */
export function toProblem(error: unknown): Problem {
  if (isProblem(error)) return fromProblem(error)
  const message = error instanceof Error ? error.message : String(error)
  if (isUsage(error, message)) return usage(plain(message))
  if (isObject(error) && error.oclif?.exit !== undefined) {
    return new Problem({
      code: typeof error.code === 'string' ? error.code : 'COMMAND_FAILED',
      message,
      exit: failing(error.oclif.exit),
      suggestions: Array.isArray(error.suggestions) ? error.suggestions.map(String) : [],
      cause: error,
    })
  }

  return new Problem({code: 'UNEXPECTED_ERROR', message: message || 'Unknown error', exit: EXIT.failed, cause: error})
}

/** A mistake on the command line. */
export function usage(message: string, suggestions: readonly string[] = []): Problem {
  return new Problem({code: 'USAGE_INVALID', message, exit: EXIT.usage, suggestions})
}

function fromProblem(problem: Problem): Problem {
  if (PARSING.test(problem.message)) return usage(plain(problem.message), problem.suggestions)
  return failing(problem.exit) === problem.exit ? problem : wholeProblem(problem)
}

/**
 * To be shown. A plugin's Problem is of another copy of the class, or only bears its brand: it may lack anything, and say of
 * itself what no Problem says.
 */
export function wholeProblem(problem: Problem): Problem {
  const said: Partial<Readonly<Record<keyof ProblemDetails, unknown>>> = problem
  const {code, issuer, message, profile, retryAfterSeconds, retryable, suggestions} = said
  const exit = failing(said.exit)
  if (problem instanceof Problem && exit === problem.exit) return problem
  return new Problem({
    code: typeof code === 'string' && CODE.test(code) ? code : 'COMMAND_FAILED',
    message: typeof message === 'string' && message !== '' ? message : 'Unknown error',
    suggestions: Array.isArray(suggestions) ? suggestions.map(String) : [],
    retryable: retryable === true,
    ...(typeof retryAfterSeconds === 'number' && {retryAfterSeconds}),
    ...(typeof issuer === 'string' && {issuer}),
    ...(typeof profile === 'string' && {profile}),
    exit,
    cause: problem,
  })
}

/** What oclif's parser says, without its framing. */
function plain(styled: string): string {
  const message = stripVTControlCharacters(styled)
  const text = seesHelp(message) ? message.trimEnd().slice(0, -SEE_HELP.length).trimEnd() : message
  return text.replace(FRAME, '').replace(PARSING, '$1: ')
}

function seesHelp(message: string): boolean {
  return stripVTControlCharacters(message).trimEnd().endsWith(SEE_HELP)
}

function isUsage(error: unknown, message: string): boolean {
  return isObject(error) && ('parse' in error || seesHelp(message) || PARSER.test(message))
}

/** An error never ends as if all were well. */
function failing(code: unknown): ExitCode {
  const exit = knownExit(code)
  return exit === EXIT.done ? EXIT.failed : exit
}

/** No other number than those of the table leaves the program: scripts rely on it. */
function knownExit(code: unknown): ExitCode {
  return CODES.has(code as number) ? (code as ExitCode) : EXIT.failed
}

function isObject(value: unknown): value is OclifError {
  return typeof value === 'object' && value !== null
}
