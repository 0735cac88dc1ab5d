import {printable} from '@superset/identity'

/** What is known of a flag or a command before its class is loaded: its manifest, which a plugin's author wrote. */
interface FlagEntry {
  readonly type?: string
  readonly char?: string
  readonly hidden?: boolean
  readonly multiple?: boolean
  readonly allowNo?: boolean
  readonly options?: readonly string[] | undefined
  readonly summary?: string | undefined
  readonly description?: string | undefined
}

interface ArgEntry {
  readonly options?: readonly string[] | undefined
  readonly multiple?: boolean | undefined
}

interface CommandEntry {
  readonly id: string
  readonly aliases?: readonly string[] | undefined
  readonly hidden?: boolean | undefined
  readonly summary?: string | undefined
  readonly description?: string | undefined
  readonly args?: Readonly<Record<string, ArgEntry>> | undefined
  readonly flags?: Readonly<Record<string, FlagEntry>> | undefined
}

export interface CommandIndex {
  readonly commands: readonly CommandEntry[]
  readonly topics: readonly {
    readonly name: string
    readonly description?: string | undefined
    readonly hidden?: boolean | undefined
  }[]
  /** Values that no manifest knows, by the name of the flag or argument; files are suggested for all others. */
  readonly values: Readonly<Record<string, () => readonly Suggestion[]>>
}

export interface Suggestion {
  readonly value: string
  readonly description: string
}

const LONGEST_DESCRIPTION = 80
const HELP: FlagEntry = {type: 'boolean', summary: 'Show help.'}

/**
 * What can stand at the end of a command line.
 * @param words what was typed behind the program's name; the last one, perhaps empty, is the one to be completed
 */
export function complete(words: readonly string[], program: CommandIndex): readonly Suggestion[] {
  const {current, prefix, typed} = apart(words)
  const {command, place, rest} = walk(typed, program)
  const flags = {...command?.flags, help: HELP}
  const owner = flagAt(typed.at(-1), flags)
  const found =
    owner !== undefined
      ? valuesOf(owner.name, owner.flag.options, program)
      : current.startsWith('-') && command
        ? flagNames(flags, typed)
        : [...(rest === 0 ? below(place, program) : []), ...argumentsOf(command, rest, program)]
  return (
    found
      .filter(({value}) => value.startsWith(current))
      // A value with a control in it could not be typed, and a terminal would obey it.
      .filter(({value}) => printable(value) === value)
      .map(({description, value}) => ({value: prefix + value, description: oneLine(description)}))
  )
}

/** The profile that a line names before what is to be completed. */
export function profileIn(words: readonly string[]): string | undefined {
  const before = words.slice(0, -1)
  const at = before.findLastIndex((word) => word === '--profile' || word.startsWith('--profile='))
  const word = before[at]
  if (word === undefined) return undefined
  return word === '--profile' ? before[at + 1] : word.slice('--profile='.length)
}

/** `--flag=value` is one word to some shells, and three to bash, which wants the value alone. */
function apart(words: readonly string[]): {current: string; prefix: string; typed: readonly string[]} {
  const last = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const equals = last.startsWith('--') ? last.indexOf('=') : -1
  if (equals !== -1) {
    const typed = [...before, last.slice(0, equals)]
    return {current: last.slice(equals + 1), prefix: last.slice(0, equals + 1), typed}
  }

  if (last === '=') return {current: '', prefix: '', typed: before}
  return {current: last, prefix: '', typed: before.at(-1) === '=' ? before.slice(0, -1) : before}
}

/** Follows topics and commands as far as they lead; `rest` counts the words behind them that are no flags. */
function walk(typed: readonly string[], {commands, topics}: CommandIndex) {
  const ids = new Map(commands.flatMap((one) => [one.id, ...(one.aliases ?? [])].map((id) => [id, one] as const)))
  const places = [...ids.keys(), ...topics.map(({name}) => name)]
  let place = ''
  let rest = 0
  for (let index = 0; index < typed.length; index++) {
    const word = typed[index] ?? ''
    // The one flag that may stand before the command.
    if (word === '--profile') index++
    if (word.startsWith('-')) continue
    const next = place === '' ? word : `${place}:${word}`
    if (rest === 0 && places.some((one) => one === next || one.startsWith(`${next}:`))) place = next
    else rest++
  }

  return {command: ids.get(place), place, rest}
}

function flagAt(word: string | undefined, flags: Readonly<Record<string, FlagEntry>>) {
  const entry = Object.entries(flags).find(([name, {char}]) => word === `--${name}` || (char && word === `-${char}`))
  if (entry === undefined && word === '--profile') return {name: 'profile', flag: {type: 'option'}}
  return entry?.[1].type === 'option' ? {name: entry[0], flag: entry[1]} : undefined
}

function valuesOf(
  name: string,
  options: readonly string[] | undefined,
  {values}: Pick<CommandIndex, 'values'>,
): readonly Suggestion[] {
  if (options) return options.map((value) => ({value, description: ''}))
  return (Object.hasOwn(values, name) ? values[name]?.() : undefined) ?? []
}

function flagNames(flags: Readonly<Record<string, FlagEntry>>, typed: readonly string[]): readonly Suggestion[] {
  const used = (name: string, {char}: FlagEntry) => typed.includes(`--${name}`) || (char && typed.includes(`-${char}`))
  return Object.entries(flags)
    .filter(([name, flag]) => !flag.hidden && (flag.multiple || !used(name, flag)))
    .flatMap(([name, {allowNo, description, summary}]) => {
      const words = summary ?? description ?? ''
      const names = allowNo ? [name, `no-${name}`] : [name]
      return names.map((one) => ({value: `--${one}`, description: words}))
    })
}

/** The next words of the grammar. */
function below(place: string, {commands, topics}: CommandIndex): readonly Suggestion[] {
  const shown = [
    ...topics.filter(({hidden}) => !hidden).map(({description, name}) => ({id: name, description})),
    ...commands
      .filter(({hidden}) => !hidden)
      .flatMap(({aliases = [], description, id, summary}) =>
        [id, ...aliases].map((name) => ({id: name, description: summary ?? description})),
      ),
  ]
  const start = place === '' ? '' : `${place}:`
  const hiddenTopics = new Set(topics.filter(({hidden}) => hidden).map(({name}) => name))
  const found = new Map<string, string>()
  for (const {description = '', id} of shown) {
    if (!id.startsWith(start) || id.length === start.length) continue
    const [word = '', ...deeper] = id.slice(start.length).split(':')
    if (hiddenTopics.has(start + word)) continue
    const isNamed = deeper.length === 0
    if (!found.has(word) || (isNamed && found.get(word) === '')) found.set(word, isNamed ? description : '')
  }

  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([value, description]) => ({value, description}))
}

function argumentsOf(command: CommandEntry | undefined, index: number, program: CommandIndex): readonly Suggestion[] {
  const args = Object.entries(command?.args ?? {})
  const last = args.at(-1)
  const [name, entry] = args[index] ?? (last?.[1].multiple ? last : [])
  return name === undefined ? [] : valuesOf(name, entry?.options, program)
}

function oneLine(description: string): string {
  const [first = ''] = description.trimStart().split('\n', 1)
  const line = printable(first.replaceAll('<%= config.bin %>', 'superset'))
  return line.length > LONGEST_DESCRIPTION ? `${line.slice(0, LONGEST_DESCRIPTION - 1)}…` : line
}
