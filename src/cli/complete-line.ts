import type {Command} from '@oclif/core'
import type {Problem} from '@superset/identity'
import {stripVTControlCharacters} from 'node:util'
import {askPerson} from './ask-person.ts'
import {usage} from './errors.ts'

/** What oclif's parser says of a line on which something is missing; told by shape. */
interface ParsedLine {
  readonly input: {readonly args?: Entries; readonly flags?: Entries}
  readonly output: {readonly args?: object; readonly flags?: object}
}

type Entries = Readonly<Record<string, {readonly required?: boolean | undefined}>>

/** Where all that is wrong is that something is missing. */
const MISSING =
  /^(?:Missing \d+ required args?:|(?:The following errors? occurred:\n)(?:\s*(?:Missing required flag \S+|Exactly one of the following must be provided: [^\n]+)\n?)+(?:See more|$))/
/** Flags of which one must be there. */
const ONE_OF = /Exactly one of the following must be provided: ([^\n]+)/g

/** A value without which the command does nothing. */
interface Missing {
  readonly kind: 'argument' | 'flag' | 'one of'
  /** Of flags of which one must be there: all, as oclif lists them. */
  readonly name: string
}

type CommandClass = Pick<typeof Command, 'args' | 'examples' | 'flags' | 'id'>

/**
 * Parses until nothing is missing: a person at a terminal is asked, one value after the other, and `argv` gets what they say.
 * @throws Problem USAGE_INVALID (2)
 */
export async function completeLine(
  argv: string[],
  command: CommandClass,
  {bin, isAttended}: {readonly bin: string; readonly isAttended: boolean},
  parse: () => Promise<unknown>,
): Promise<void> {
  for (;;) {
    try {
      await parse()
      return
    } catch (error) {
      const missing = missingOf(error)
      if (missing.length === 0) throw error
      const [first] = missing
      if (!isAttended || first === undefined || first.kind === 'one of') throw missingProblem(missing, command, bin)
      addTo(argv, first, await askFor(first, command, () => missingProblem(missing, command, bin)))
    }
  }
}

/** What oclif says of a missing value, in our words; any other error as it is. */
export function explainMissing(error: unknown, command: CommandClass, bin: string): unknown {
  const missing = missingOf(error)
  return missing.length === 0 ? error : missingProblem(missing, command, bin)
}

function missingOf(error: unknown): readonly Missing[] {
  if (!(error instanceof Error && 'parse' in error)) return []
  // On a terminal oclif dims what it says.
  const message = stripVTControlCharacters(error.message)
  if (!MISSING.test(message)) return []
  const {input, output} = error.parse as ParsedLine
  const absent = (entries: Entries = {}, values: object = {}) =>
    Object.keys(entries).filter((name) => entries[name]?.required && Reflect.get(values, name) === undefined)
  return [
    ...absent(input.args, output.args).map((name): Missing => ({kind: 'argument', name})),
    ...absent(input.flags, output.flags).map((name): Missing => ({kind: 'flag', name})),
    ...[...message.matchAll(ONE_OF)].map(([, name = '']): Missing => ({kind: 'one of', name})),
  ]
}

const NAMED: Readonly<Record<Missing['kind'], (name: string) => string>> = {
  argument: (name) => `<${name}>`,
  flag: (name) => `--${name}`,
  'one of': (names) => `one of ${names}`,
}

function missingProblem(missing: readonly Missing[], command: CommandClass, bin: string): Problem {
  const example = exampleOf(command, bin)
  const names = missing.map(({kind, name}) => NAMED[kind](name))
  return usage(`Missing ${names.join(' and ')}.`, [
    ...(example === undefined ? [] : [`Example: ${example}`]),
    `Run \`${bin} ${command.id.replaceAll(':', ' ')} --help\`.`,
  ])
}

function exampleOf({examples = [], id}: CommandClass, bin: string): string | undefined {
  const [first] = examples
  const template = typeof first === 'object' ? first.command : first
  return template?.replaceAll('<%= config.bin %>', bin).replaceAll('<%= command.id %>', id.replaceAll(':', ' '))
}

async function askFor({kind, name}: Missing, {args, flags}: CommandClass, nobody: () => Problem): Promise<string> {
  const entry = kind === 'flag' ? flags[name] : args[name]
  const choices = entry && 'options' in entry ? entry.options : undefined
  const options = choices ? ` [${choices.join(', ')}]` : ''
  const what = kind === 'flag' ? (flags[name]?.summary ?? name) : (args[name]?.description ?? name)
  const label = what.replace(/\.$/, '')
  const value = await askPerson(`${label} (${kind === 'flag' ? `--${name}` : name})${options}: `)
  // Nothing was said, or the input ended: what is missing stays missing.
  if (value === '') throw nobody()
  return value
}

/** As if it had been typed; a value that looks like a flag is none. */
function addTo(argv: string[], {kind, name}: Missing, value: string): void {
  const end = argv.indexOf('--')
  if (kind === 'flag') argv.splice(end === -1 ? argv.length : end, 0, `--${name}=${value}`)
  else if (end === -1 && value.startsWith('-')) argv.push('--', value)
  else argv.push(value)
}
