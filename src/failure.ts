import {EXIT, type ExitCode, isProblem, Problem} from '@superset/identity'

/** The parts of oclif's errors that matter here. They are told by shape: plugins bring other copies of oclif. */
interface OclifError {
  readonly code?: unknown
  readonly suggestions?: unknown
  readonly oclif?: {readonly exit?: unknown}
}

const CODES = new Set<number>(Object.values(EXIT))
/** oclif adds this line to every error of its parser. */
const SEE_HELP = 'See more help with --help'
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
  if (isProblem(error)) return PARSING.test(error.message) ? usage(plain(error.message), error.suggestions) : error
  const message = error instanceof Error ? error.message : String(error)
  if (isUsage(error, message)) return usage(plain(message))
  if (isObject(error) && error.oclif?.exit !== undefined) {
    return new Problem({
      code: typeof error.code === 'string' ? error.code : 'COMMAND_FAILED',
      message,
      exit: knownExit(error.oclif.exit),
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

/** What oclif's parser says, without its framing. */
function plain(message: string): string {
  const text = seesHelp(message) ? message.trimEnd().slice(0, -SEE_HELP.length).trimEnd() : message
  return text.replace(PARSING, '$1: ')
}

function seesHelp(message: string): boolean {
  return message.trimEnd().endsWith(SEE_HELP)
}

function isUsage(error: unknown, message: string): boolean {
  return isObject(error) && ('parse' in error || seesHelp(message) || PARSER.test(message))
}

/** No other number than those of the table leaves the program: scripts rely on it. */
function knownExit(code: unknown): ExitCode {
  return CODES.has(code as number) ? (code as ExitCode) : EXIT.failed
}

function isObject(value: unknown): value is OclifError {
  return typeof value === 'object' && value !== null
}
