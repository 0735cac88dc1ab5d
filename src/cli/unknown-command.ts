import type {Interfaces} from '@oclif/core'
import {EXIT, Problem} from '@superset/identity'
import {closest, didYouMean} from '../closest.ts'
import {usage} from './errors.ts'
import {explainUsage} from './explain-usage.ts'
import {FIRST_WORDS, known, VERBS} from './habits.ts'
import {otherProgramOf} from './other-programs.ts'

/** What there is to choose from: of oclif's configuration, with words between colons. */
type Catalog = Pick<Interfaces.Config, 'bin' | 'commands' | 'topics'>

/**
 * Why a line names no command, and which one was meant.
 * @param id words with colons, as oclif has them
 * @param pages of `help`, where that was asked
 */
export function unknownCommand(id: string, catalog: Catalog, pages: readonly string[] = []): Problem {
  const {bin} = catalog
  const typed = id.split(/[:\s]+/).filter((word) => word !== '')
  if (typed.length === 0) return usage('The command is empty.', [`Run \`${bin} --help\` for a list of commands.`])
  const tree = new Tree(catalog)
  const whole = tree.longestCommand(typed)
  const extra = typed[whole.length]
  if (whole.length > 0 && extra !== undefined && tree.below(whole).length === 0) {
    const command = catalog.commands.find((one) => one.id === whole.join(':'))
    return explainUsage(usage(`Unexpected argument: ${extra}`), command, bin)
  }

  const other = otherProgramOf(id)
  if (other) {
    return new Problem({
      code: 'USAGE_OTHER_PROGRAM',
      message: `${typed.join(' ')} is a command of ${other.owner}, not of ${bin}.`,
      exit: EXIT.usage,
      suggestions: [other.instead],
    })
  }

  const [topic = ''] = typed
  if (topic.startsWith('-')) return unknownFlag(topic, bin)
  const page = closest(typed.join('-'), pages)
  const meant = page === undefined ? meantBy(typed, tree) : ['help', page]
  return new Problem({
    code: 'USAGE_UNKNOWN_COMMAND',
    message: `${typed.join(' ')} is not a ${bin} command.`,
    exit: EXIT.usage,
    suggestions: [
      ...didYouMean(meant && `\`${[bin, ...meant].join(' ')}\``),
      `Run \`${[bin, ...(tree.below([topic]).length > 0 ? [topic] : []), '--help'].join(' ')}\` for a list of commands.`,
    ],
  })
}

/** Before a command, oclif knows these alone. */
function unknownFlag(word: string, bin: string): Problem {
  const near = closest(word.toLowerCase(), ['--help', '--profile', '--version', '-h', '-v'])
  return usage(`There is no flag ${word} before the command.`, [
    ...didYouMean(near && `\`${bin} ${near}\``),
    near === '--help' ? 'It lists the commands.' : `Flags follow the command: \`${bin} --help\` lists the commands.`,
  ])
}

/** Commands and topics that are shown, word by word. */
class Tree {
  readonly #paths: readonly (readonly string[])[]
  readonly #commands: ReadonlySet<string>

  constructor({commands, topics}: Catalog) {
    const shown = [
      ...commands.map(({hidden, id}) => ({hidden, id})),
      ...topics.map(({hidden, name}) => ({hidden, id: name})),
    ]
    this.#paths = shown.filter(({hidden}) => hidden !== true).map(({id}) => id.split(':'))
    this.#commands = new Set(commands.map(({id}) => id))
  }

  /** The words that can follow these. */
  below(words: readonly string[]): readonly string[] {
    const next = this.#paths
      .filter((path) => words.every((word, at) => path[at] === word))
      .map((path) => path[words.length])
    return [...new Set(next.filter((word) => word !== undefined))]
  }

  isCommand(words: readonly string[]): boolean {
    return this.#commands.has(words.join(':'))
  }

  /** The longest beginning that is a command. */
  longestCommand(words: readonly string[]): readonly string[] {
    for (let length = words.length; length > 0; length--) {
      const start = words.slice(0, length)
      if (this.isCommand(start)) return start
    }

    return []
  }
}

function meantBy(typed: readonly string[], tree: Tree): readonly string[] | undefined {
  const [first = '', second, ...rest] = typed
  const isVerb =
    known(VERBS, first) !== undefined || tree.below([]).some((topic) => tree.below([topic]).includes(first))
  // `list tasks`: the verb first, as other programs have it.
  if (second !== undefined && isVerb && !tree.below([]).includes(first)) {
    const turned = follow([second, first, ...rest], tree)
    if (turned.length > 1) return turned
  }

  const found = follow(typed, tree)
  const topic = found.slice(0, 1)
  // A topic that is a command, and lists: `plugins list`.
  const isList = second !== undefined && known(VERBS, second)?.includes('list')
  if (isList && tree.isCommand(topic) && !tree.below(topic).includes('list')) return topic
  return found.every((word, at) => typed[at] === word) ? undefined : found
}

/** As far as it goes: each word as it is, as it is called here, or as it is spelled right. */
function follow(typed: readonly string[], tree: Tree): readonly string[] {
  let path: readonly string[] = []
  for (const word of typed) {
    const names = tree.below(path)
    if (names.length === 0) break
    const next = names.includes(word) ? [word] : (habitual(word, path, names) ?? spelledRight(word, names))
    if (!next) break
    path = [...path, ...next]
  }

  return path
}

function habitual(word: string, path: readonly string[], names: readonly string[]): readonly string[] | undefined {
  const plain = word.toLowerCase().replaceAll(/[-_]/g, '')
  if (path.length > 0) {
    const verb = known(VERBS, plain)?.find((one) => names.includes(one))
    return verb === undefined ? undefined : [verb]
  }

  const words = known(FIRST_WORDS, plain)?.split(' ')
  return words && names.includes(words[0] ?? '') ? words : undefined
}

function spelledRight(word: string, names: readonly string[]): readonly string[] | undefined {
  const lower = word.toLowerCase()
  const near = closest(lower, names) ?? names.find((name) => lower.length >= 3 && name.startsWith(lower))
  return near === undefined ? undefined : [near]
}
