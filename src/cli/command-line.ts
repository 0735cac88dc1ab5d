import {isProfileName, outputMode, type OutputMode, Problem} from '@superset/identity'
import {type FlagEntries, type GlobalFlags, globalFlags, usableProfile} from '../identity/request.ts'

/** A command line as it was typed: read once, by `main`, before oclif knows which command it names. */
export interface CommandLine {
  /** The `--profile` that stands before the command, where oclif would take it for a command; unchecked. */
  readonly profile?: string
  /** The rest, which is oclif's to parse. */
  readonly words: readonly string[]
  /** Whether it asks for help, as oclif decides it: anywhere before `--`. */
  readonly help: boolean
  readonly mode: OutputMode
  /** `--verbose` before the command. */
  readonly verbose?: true
}

const FLAG = '--profile'
const VERBOSE = '--verbose'
const HELP = new Set(['--help', '-h'])
const NEXT = /`superset auth (?:login|logout|migrate|refresh|status)\b(?! --profile)/g

export function parseCommandLine(argv: readonly string[], agentMode: boolean): CommandLine {
  const words = [...argv]
  let profile: string | undefined
  let verbose = false
  while (words[0] !== undefined && (isFlag(words[0]) || words[0] === VERBOSE)) {
    if (words[0] === VERBOSE) {
      verbose = true
      words.shift()
      continue
    }

    const next = takeAt(words, 0)
    // The last one wins; one that is no name stays, for `main` to refuse.
    if (profile === undefined || isProfileName(profile)) profile = next
  }

  const end = words.indexOf('--')
  const help = words.slice(0, end === -1 ? undefined : end).some((word) => HELP.has(word))
  return {
    words,
    help,
    mode: outputMode(argv, agentMode),
    ...(profile !== undefined && {profile}),
    ...(verbose && {verbose}),
  }
}

/**
 * The flags that every command has. A command that knows no `--profile` (a third party's, on any version of oclif) would
 * refuse it, so it is taken out of `argv`, the very array that the command gets; behind `--` it is somebody else's. A
 * command with a `--profile` of its own keeps that; whether it is a name is asked by whoever uses it, so that help and
 * doctor work. @throws Problem USAGE_PROFILE (2) for what was taken out, or stood before the command
 */
export function takeGlobalFlags(line: CommandLine, command: FlagEntries | undefined, argv: string[]): GlobalFlags {
  const found = globalFlags(command, argv)
  const isOurs = command !== undefined && !line.help && !knowsProfile(command)
  if (found.profile !== undefined) return found
  const profile = (isOurs ? takeProfile(argv) : undefined) ?? line.profile
  return profile === undefined ? found : {...found, profile: usableProfile(profile)}
}

/** `--verbose` behind a command that has none of its own, taken out of `argv` as `--profile` is. */
export function takeVerbose(command: FlagEntries | undefined, argv: string[]): boolean {
  if (command === undefined || command.flags?.['verbose'] !== undefined) return false
  const end = argv.indexOf('--')
  const at = argv.slice(0, end === -1 ? undefined : end).indexOf(VERBOSE)
  if (at === -1) return false
  argv.splice(at, 1)
  return true
}

/** Whether a command has a `--profile` by itself, ours or one of its own. */
export function knowsProfile({flags = {}}: FlagEntries): boolean {
  return Object.entries(flags).some(([name, flag]) => name === 'profile' || flag?.aliases?.includes('profile'))
}

/** The next command belongs to the profile that this one was told to use; without the flag it would change another. */
export function withProfile(problem: Problem, profile: string | undefined): Problem {
  if (profile === undefined || !isProfileName(profile)) return problem
  const suggestions = problem.suggestions.map((next) => next.replaceAll(NEXT, `$& ${FLAG} ${profile}`))
  return new Problem({...problem, message: problem.message, suggestions, cause: problem})
}

function takeProfile(argv: string[]): string | undefined {
  let profile: string | undefined
  for (let index = 0; index < argv.length;) {
    const word = argv[index] ?? ''
    if (word === '--') break
    if (isFlag(word)) profile = usableProfile(takeAt(argv, index))
    else index++
  }

  return profile
}

/** Without a value it is the empty one, which is no name of a profile. */
function takeAt(argv: string[], index: number): string {
  const word = argv[index] ?? ''
  if (word === FLAG) return argv.splice(index, 2)[1] ?? ''
  return argv.splice(index, 1)[0]?.slice(FLAG.length + 1) ?? ''
}

function isFlag(word: string): boolean {
  return word === FLAG || word.startsWith(`${FLAG}=`)
}
