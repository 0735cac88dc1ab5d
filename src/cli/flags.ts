import {Flags, type Interfaces} from '@oclif/core'
import type {GenericSchema} from 'valibot'
import {closest, didYouMean} from '../closest.ts'
import {usage} from './errors.ts'
import {instant, wholeNumber} from './values.ts'

/**
 * oclif takes a value that begins with `-` for a flag. No argument of a process can hold a NUL, so a NUL in front of
 * such a value carries it through the parser unmistaken; `unshield` takes it off again.
 */
const SHIELD = '\0'

export interface FlagShape {
  readonly type?: string
  readonly char?: string
  readonly options?: readonly string[] | undefined
  readonly aliases?: readonly string[] | undefined
}

/** Shields values that begin with `-`, in `--flag=value` and `--flag value`, unless the next word is a flag itself. */
export function shieldValues(argv: readonly string[], flags: Readonly<Record<string, FlagShape>>): string[] {
  const names = new Map(
    Object.entries(flags).flatMap(([name, flag]) => spellings(name, flag).map((s) => [s, flag] as const)),
  )
  const result: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (word === '--') return [...result, ...argv.slice(index)]
    const equals = word.startsWith('--') ? word.indexOf('=') : -1
    const flag = names.get(equals === -1 ? word : word.slice(0, equals))
    const next = argv[index + 1]
    if (flag?.type !== 'option') result.push(word)
    else if (equals !== -1) result.push(`${word.slice(0, equals + 1)}${shield(word.slice(equals + 1))}`)
    else if (next === undefined || next === '--' || names.has(next.split('=', 1)[0] ?? '')) result.push(word)
    else {
      result.push(word, shield(next))
      index++
    }
  }

  return result
}

export function unshield(value: string): string {
  return value.startsWith(SHIELD) ? value.slice(SHIELD.length) : value
}

/** Takes the shields off what the parser returned. */
export function unshieldAll(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') values[name] = unshield(value)
    else if (Array.isArray(value)) values[name] = value.map((one) => (typeof one === 'string' ? unshield(one) : one))
  }
}

function shield(value: string): string {
  return value.startsWith('-') && value !== '-' ? `${SHIELD}${value}` : value
}

function spellings(name: string, {aliases = [], char}: FlagShape): string[] {
  return [`--${name}`, ...aliases.map((alias) => `--${alias}`), ...(char ? [`-${char}`] : [])]
}

const profile = Flags.string({summary: 'Use this profile.', helpGroup: 'GLOBAL', helpValue: '<name>'})

/** What every service command takes, whoever signed in. */
export const accountFlags = {
  quiet: Flags.boolean({
    char: 'q',
    summary: 'Print ids only, one per line.',
    helpGroup: 'GLOBAL',
  }),
  'api-key': Flags.string({
    summary: 'Use this API key for this run.',
    description:
      'Other users of this machine can see it in the list of processes; SUPERSET_API_KEY is safer, as is `superset auth login --with-api-key`.',
    helpGroup: 'GLOBAL',
    helpValue: '<key>',
  }),
  profile,
}

/** What a command takes that is about profiles, and sends nothing. */
export const profileFlags = {
  quiet: Flags.boolean({char: 'q', summary: 'Print names only, one per line.', helpGroup: 'GLOBAL'}),
  profile,
}

/** What a command takes that chooses for all profiles, or for one. */
export const choiceFlags = {
  quiet: profileFlags.quiet,
  profile: Flags.string({summary: 'For this profile alone.', helpGroup: 'GLOBAL', helpValue: '<name>'}),
}

/** And what those take that act on an organization. */
export const organizationFlags = {
  ...accountFlags,
  organization: Flags.string({
    aliases: ['org'],
    summary: 'Act on this organization.',
    description: 'Wins over SUPERSET_ORGANIZATION_ID and over `superset organization switch`.',
    helpGroup: 'GLOBAL',
    helpValue: '<id|slug|name>',
  }),
}

/** What each list takes. */
export const listFlags = {
  output: Flags.option({options: ['table', 'json', 'csv', 'tsv'] as const, helpValue: '<form>'})({
    summary: 'Print it in this form: table, json, csv or tsv.',
    exclusive: ['json', 'quiet'],
  }),
  fields: Flags.custom<string[]>({
    summary: 'Print these fields alone, in this order.',
    helpValue: '<a,b>',
    exclusive: ['quiet'],
    parse: async (input) => words(unshield(input)),
  })(),
}

/** What a list takes that comes in pages. */
export function pageFlags({max}: {readonly max: number}) {
  return {
    ...listFlags,
    limit: wholeNumberFlag('At most this many; 50 unless told otherwise.', {min: 1, max}, ['all']),
    offset: wholeNumberFlag('Leave out this many first.', {min: 0}, ['all']),
    all: Flags.boolean({summary: 'List all of them, however many.', default: false}),
  }
}

export const yesFlag = {yes: Flags.boolean({char: 'y', summary: 'Do not ask.'})}

/** Of what `listFlags` and `pageFlags` say, and the filters of the command. */
export interface ListFlagValues {
  readonly output?: string | undefined
  readonly fields?: readonly string[] | undefined
  /** Present where the list comes in pages. */
  readonly all?: boolean | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** Parts of a list that was typed with commas, without what is empty. */
export function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** @throws Problem USAGE_INVALID (2) naming the fields that there are */
export function checkFields(
  flags: ListFlagValues & Readonly<Record<string, unknown>>,
  output?: () => GenericSchema,
): void {
  const {fields} = flags
  if (!Array.isArray(fields) || !output) return
  const known = fieldsOf(output())
  const unknown = fields.find((field) => !known.includes(field as string)) as string | undefined
  if (unknown === undefined && fields.length > 0) return
  const what = unknown === undefined ? '--fields names none.' : `There is no field ${unknown}.`
  const near = unknown === undefined ? undefined : closest(unknown, known)
  throw usage(`${what} Fields: ${known.join(', ')}.`, didYouMean(near && `--fields ${near}`))
}

/** Of a list's rows, as far as they are known. */
function fieldsOf(schema: GenericSchema): string[] {
  const {entries = {}, item} = schema as {
    readonly entries?: Record<string, GenericSchema>
    readonly item?: GenericSchema
  }
  if (item) return fieldsOf(item)
  const [first, ...others] = Object.values(entries)
  // A list that comes as the one member of an object.
  const isWrapped = first !== undefined && 'item' in first && others.length === 0
  return isWrapped ? fieldsOf(first) : Object.keys(entries)
}

/**
 * A day (`2026-09-01`, `tomorrow`, `+3d`, taken as midnight UTC) or an instant with its offset; the value is an ISO 8601
 * instant.
 */
export function dateFlag(summary: string): Interfaces.OptionFlag<string | undefined> {
  return Flags.custom<string>({summary, helpValue: '<date>', parse: async (input) => instant(unshield(input))})()
}

export function wholeNumberFlag(
  summary: string,
  range: {readonly min: number; readonly max?: number},
  exclusive: readonly string[] = [],
): Interfaces.OptionFlag<number | undefined> {
  return Flags.custom<number>({
    summary,
    helpValue: '<number>',
    exclusive: [...exclusive],
    parse: async (input) => wholeNumber(unshield(input), range),
  })()
}
