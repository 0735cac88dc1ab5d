import {isProfileName, Problem} from '@superset/identity'
import {asksForHelp} from '../identity/need.ts'
import {type FlagEntries, type GlobalFlags, globalFlags, usableProfile} from '../identity/request.ts'

const FLAG = '--profile'
const NEXT = /`superset auth (?:login|logout|migrate|refresh|status)\b(?! --profile)/g

/** What stood before the command, and what this run was told in all. */
let before: string | undefined
let told: string | undefined

/**
 * `superset --profile work tasks list`: oclif would take the flag for a command. What is left belongs to oclif; the name
 * is kept for the init hook. @throws Problem USAGE_PROFILE (2)
 */
export function takeLeadingProfile(argv: readonly string[]): string[] {
  const rest = [...argv]
  before = undefined
  told = undefined
  while (rest[0] !== undefined && isFlag(rest[0])) before = takeAt(rest, 0)
  told = before
  return rest
}

/**
 * The flags that every command has. A command that knows no `--profile` (a third party's, on any version of oclif) would
 * refuse it, so it is taken out of `argv`, the very array that the command gets; behind `--` it is somebody else's. A
 * command with a `--profile` of its own keeps that. @throws Problem USAGE_PROFILE (2)
 */
export function takeGlobalFlags(command: FlagEntries | undefined, argv: string[]): GlobalFlags {
  const found = globalFlags(command, argv)
  const isOurs = command !== undefined && !asksForHelp(argv) && !knowsProfile(command)
  const profile = found.profile ?? (isOurs ? takeProfile(argv) : undefined) ?? before
  told = profile
  return profile === undefined ? found : {...found, profile}
}

/** The next command belongs to the profile that this one was told to use; without the flag it would change another. */
export function inToldProfile(problem: Problem): Problem {
  if (told === undefined || !isProfileName(told)) return problem
  const suggestions = problem.suggestions.map((next) => next.replaceAll(NEXT, `$& ${FLAG} ${told}`))
  return new Problem({...problem, message: problem.message, suggestions, cause: problem})
}

function takeProfile(argv: string[]): string | undefined {
  let profile: string | undefined
  for (let index = 0; index < argv.length;) {
    const word = argv[index] ?? ''
    if (word === '--') break
    if (isFlag(word)) profile = takeAt(argv, index)
    else index++
  }

  return profile
}

function takeAt(argv: string[], index: number): string {
  const word = argv[index] ?? ''
  const [value] = word === FLAG ? argv.splice(index, 2).slice(1) : [argv.splice(index, 1)[0]?.slice(FLAG.length + 1)]
  return usableProfile(value)
}

function isFlag(word: string): boolean {
  return word === FLAG || word.startsWith(`${FLAG}=`)
}

/** Whether a command has a `--profile` by itself, ours or one of its own. */
export function knowsProfile({flags = {}}: FlagEntries): boolean {
  return Object.entries(flags).some(([name, flag]) => name === 'profile' || flag?.aliases?.includes('profile'))
}
