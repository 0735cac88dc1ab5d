import {EXIT, Problem} from '@superset/identity'
import {stripVTControlCharacters} from 'node:util'
import {closest, didYouMean} from '../closest.ts'
import {meantFlag} from './habits.ts'

interface Entry {
  readonly aliases?: readonly string[] | undefined
  readonly char?: string | undefined
  readonly hidden?: boolean | undefined
  readonly options?: readonly string[] | undefined
  readonly type?: string | undefined
}

/** What is known of the command that was typed, from its class or from the manifest of its plugin. */
export interface TypedCommand {
  readonly id: string
  readonly baseFlags?: Readonly<Record<string, Entry>>
  readonly flags?: Readonly<Record<string, Entry>>
  readonly examples?: readonly unknown[] | undefined
}

/** What is wrong, in our words, and what was meant. */
interface Said {
  readonly message: string
  readonly meant?: string | undefined
}

/** Each mistake that oclif's parser tells, in one form. The first that matches a line is taken. */
const FORMS: readonly (readonly [RegExp, (found: readonly string[], flags: Flags) => Said])[] = [
  [/^Nonexistent flags?: (.+)$/s, ([, names = ''], flags) => unknownFlags(names.split(', '), flags)],
  [/^Unexpected flag (.+)$/s, ([, name = ''], flags) => unknownFlags([name], flags)],
  [/^Unexpected arguments?: (.*)$/s, ([, words = ''], flags) => surplus(words, flags)],
  [/^Flag --(\S+) expects (?:a value|one of these values: .*)$/s, ([, name = ''], flags) => valueless(name, flags)],
  [/^Flag --(\S+) can only be specified once$/, ([, name]) => ({message: `--${name} was given twice.`})],
  [
    /^Expected (?:--(\S+?)=)?([^]*) to be one of: ([^]*)$/,
    ([, flag, value = '', options = '']) => notAnOption(flag, value, options.split(', ')),
  ],
  // What it holds may be a secret, so it is not said again.
  [
    /^--([\w-]+)(?:=.*)? cannot also be provided when using --(\S+)$/,
    ([, one = '', other = '']) => ({
      message: `${[other, one]
        .toSorted()
        .map((name) => `--${name}`)
        .join(' and ')} cannot be used together.`,
    }),
  ],
  [
    /^(All|One) of the following must be provided when using --(\S+): (.+)$/,
    ([, how, name, others = '']) => ({message: `--${name} needs ${how === 'All' ? '' : 'one of '}${others}.`}),
  ],
  [
    /^Only the following can be provided when using --(\S+): (.*)$/,
    ([, name, others]) => ({message: `With --${name} nothing else can be used but ${others}.`}),
  ],
  [
    /^(?:Exactly one|At least one) of the following must be provided: (.+)$/,
    ([, names]) => ({message: `Missing one of ${names}.`}),
  ],
  [/^Missing required flag (\S+)$/, ([, name]) => ({message: `Missing --${name}.`})],
]

type Flags = ReadonlyMap<string, Entry>

/**
 * A mistake on the command line as every such mistake is told: what is wrong, what was probably meant, and where the
 * command is described. Any other problem comes back as it is.
 * @param command `undefined` where the line names none
 */
export function explainUsage(problem: Problem, command: TypedCommand | undefined, bin: string): Problem {
  // What names the help is in this form already.
  const isTold = problem.suggestions.some((next) => next.includes(' --help'))
  if (problem.code !== 'USAGE_INVALID' || isTold) return problem
  const flags: Flags = new Map(Object.entries({...command?.baseFlags, ...command?.flags}))
  const said = explained(stripVTControlCharacters(problem.message), flags)
  const help = command && `Run \`${bin} ${command.id.replaceAll(':', ' ')} --help\`.`
  return new Problem({
    ...problem,
    code: problem.code,
    message: said.message,
    exit: EXIT.usage,
    suggestions: [...didYouMean(said.meant), ...problem.suggestions, ...(help === undefined ? [] : [help])],
    cause: problem,
  })
}

/** All lines that the parser says, each once. */
function explained(message: string, flags: Flags): Said {
  const whole = form(message, flags)
  if (whole) return whole
  const lines = message.split('\n').map((line) => line.trim())
  const said = lines.map((line) => form(line, flags) ?? {message: line})
  const meant = said.find((one) => one.meant !== undefined)?.meant
  return {message: [...new Set(said.map((one) => one.message))].join(' '), meant}
}

function form(line: string, flags: Flags): Said | undefined {
  for (const [pattern, say] of FORMS) {
    const found = pattern.exec(line)
    if (found) return say(found, flags)
  }

  return undefined
}

function unknownFlags(names: readonly string[], flags: Flags): Said {
  const meant = names.map((name) => meantBy(name, flags)).filter((name) => name !== undefined)
  const message = names.length === 1 ? `There is no flag ${names[0]}.` : `There are no flags ${names.join(', ')}.`
  return {message, meant: meant.length === 0 ? undefined : meant.join(' and ')}
}

/** `--limt`, `-limit`, `--format`, `-l`: the flag of this command that comes closest. */
function meantBy(typed: string, flags: Flags): string | undefined {
  const word = typed.replace(/^-+/, '').split('=', 1)[0] ?? ''
  const shown = [...flags].filter(([, {hidden}]) => hidden !== true)
  const names = ['help', ...shown.map(([name]) => name)]
  const aliases = new Map(shown.flatMap(([name, {aliases: others = []}]) => others.map((one) => [one, name] as const)))
  const spelled = word.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const near = meantFlag(spelled, names) ?? closest(spelled, [...names, ...aliases.keys()])
  const only = names.filter((name) => word.length >= 3 && name.startsWith(word))
  const found = near ?? (only.length === 1 ? only[0] : undefined)
  return found === undefined ? undefined : `--${aliases.get(found) ?? found}`
}

/** A flag without its dashes, if it is one. */
function surplus(words: string, flags: Flags): Said {
  const [first = ''] = words.split(', ')
  const [name = ''] = first.split('=', 1)
  const flag = flags.get(name)
  return {message: `Unexpected argument: ${words}.`, meant: flag && flag.hidden !== true ? `--${first}` : undefined}
}

function valueless(name: string, flags: Flags): Said {
  const options = flags.get(name)?.options
  return {message: `--${name} needs a value${options ? `: ${options.join(', ')}` : ''}.`}
}

function notAnOption(flag: string | undefined, value: string, options: readonly string[]): Said {
  const near =
    closest(value.toLowerCase(), options) ??
    options.find((option) => option.toLowerCase().startsWith(value.toLowerCase()))
  const named = flag === undefined ? '' : `--${flag} `
  return {
    message: `${named}${JSON.stringify(value)} is none of ${options.join(', ')}.`,
    meant: value === '' || near === undefined ? undefined : `${named}${near}`,
  }
}
