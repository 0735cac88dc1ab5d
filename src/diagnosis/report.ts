import {type Check, EXIT, Problem, printable, redactSecrets} from '@superset/identity'
import {openSync, writeSync, closeSync} from 'node:fs'
import {homedir} from 'node:os'
import path from 'node:path'
import {usage} from '../cli/errors.ts'
import {heldSecrets, namesOfVariables} from '../env.ts'

/** What a report says besides the checks. */
export interface ReportContext {
  readonly userAgent: string
  readonly writtenAt: Date
  /** Names of variables that are set; no values. */
  readonly variables: readonly string[]
  /** That this run holds. */
  readonly secrets: readonly string[]
  readonly homes?: readonly string[]
}

const EMAIL = /[\w.+-]+@(?=[\w-]+\.)/g

/** Of this run. */
export function reportContext(userAgent: string): ReportContext {
  const secrets = Object.values(heldSecrets()) as string[]
  return {userAgent, writtenAt: new Date(), variables: namesOfVariables(), secrets}
}

/** For a ticket: what was found, without secrets, names of people, and where their home is. */
export function reportText(checks: readonly Check[], context: ReportContext): string {
  const {homes = [homedir()], secrets, userAgent, variables, writtenAt} = context
  const lines = [
    `superset doctor, ${writtenAt.toISOString()}`,
    userAgent,
    `Variables that are set: ${variables.join(', ') || 'none'}`,
    '',
    ...checks.flatMap(({message, name, outcome, suggestions = []}) => [
      `${outcome.padEnd(4)}  ${name}: ${message}`,
      ...suggestions.map((next) => `      ${next}`),
    ]),
  ]
  const own = homes.filter((home) => home.length > 1).toSorted((one, other) => other.length - one.length)
  const plain = (line: string): string => {
    const text = redactSecrets(printable(line), secrets).replaceAll(EMAIL, '[name]@')
    return own.reduce((shown, home) => shown.replaceAll(home, '~'), text)
  }
  return `${lines.map(plain).join('\n')}\n`
}

/**
 * Writes it where nothing is yet, for its owner alone.
 * @returns the file's absolute path
 * @throws Problem USAGE_INVALID (2) where something is, REPORT_UNWRITABLE (74)
 */
export function writeReport(file: string, text: string): string {
  const target = path.resolve(file)
  try {
    const fd = openSync(target, 'wx', 0o600)
    try {
      writeSync(fd, text)
    } finally {
      closeSync(fd)
    }

    return target
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    if (code === 'EEXIST') throw usage(`--report: ${target} is there already.`, ['Name a file that is not there yet.'])
    throw new Problem({
      code: 'REPORT_UNWRITABLE',
      message: `The report could not be written to ${target} (${code}).`,
      exit: EXIT.storage,
      suggestions: ['Name a file in a folder of yours.'],
    })
  }
}
