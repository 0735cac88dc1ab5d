import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {otherProgramOf} from '../../src/cli/other-programs.ts'
import {MANUAL_PAGES} from '../../src/manual/pages.ts'
import {commandsIn, type DocumentedCommand, documentedCommands, isPlaceholder} from '../support/documented-commands.ts'

const root = path.resolve(import.meta.dirname, '../..')

interface Flag {
  readonly name: string
  readonly char?: string
  readonly aliases?: readonly string[]
  readonly type?: string
  readonly allowNo?: boolean
  readonly options?: readonly string[]
}

interface Entry {
  readonly id: string
  readonly aliases?: readonly string[]
  readonly hiddenAliases?: readonly string[]
  readonly args?: Readonly<Record<string, {readonly multiple?: boolean; readonly required?: boolean}>>
  readonly flags?: Readonly<Record<string, Flag>>
  readonly strict?: boolean
}

const COMMANDS = new Map(
  ['.', 'packages/plugin-auth']
    .flatMap(entriesOf)
    .flatMap((entry) =>
      [entry.id, ...(entry.aliases ?? []), ...(entry.hiddenAliases ?? [])].map((id) => [id, entry] as const),
    ),
)
const TOPICS = new Set(
  [...COMMANDS.keys()].flatMap((id) => id.split(':').map((_, end, all) => all.slice(0, end).join(':'))),
)
/** Of the examples' plugins, which are installed first. */
const OF_PLUGINS = new Set(['hello', 'report'])
const ROOT_FLAGS = new Set(['--help', '-h', '--version', '-v', '--json'])

function entriesOf(folder: string): Entry[] {
  const text = readFileSync(path.join(root, folder, 'oclif.manifest.json'), 'utf8')
  return Object.values((JSON.parse(text) as {commands: Record<string, Entry>}).commands)
}

describe('the commands in README and docs', () => {
  const found = documentedCommands()

  it('exist, with their flags, values and arguments', () => {
    assert.ok(found.length > 200, `${found.length} were found`)
    const wrong = found.flatMap((one) => {
      const fault = faultOf(one)
      return fault === undefined ? [] : [`${one.page}: superset ${one.words.join(' ')}: ${fault}`]
    })
    assert.deepEqual(wrong, [])
  })

  it('are told from those that do not', () => {
    const text = [
      '```sh',
      'superset tasks lst && superset tasks list --colour',
      'superset tasks list --output xml # superset nonsense',
      'X=1 superset tasks get $(superset tasks list --limit) --profile',
      '```',
      'Run `superset help me` or `superset tasks`, but `superset tasks get a --yes` not.',
    ].join('\n')
    assert.deepEqual(
      commandsIn('x.md', text).map((one) => faultOf(one) ?? 'right'),
      [
        'there is no such command',
        'there is no --colour',
        'xml is none of table, json, csv, tsv',
        '--profile has no value',
        '--limit has no value',
        'there is no such page of help',
        'right',
        'there is no --yes',
      ],
    )
  })
})

function faultOf({isBlock, words}: DocumentedCommand): string | undefined {
  const line = withoutProfile(words)
  const [first = ''] = line
  if (OF_PLUGINS.has(first) || isPlaceholder(first) || first.startsWith('$') || otherProgramOf(first)) return undefined
  if (first.startsWith('-')) return ROOT_FLAGS.has(first) ? undefined : `there is no ${first}`
  if (first === 'help') return faultOfHelp(line.slice(1))
  const id = line.map((_, index) => line.slice(0, line.length - index).join(':')).find((one) => COMMANDS.has(one))
  const entry = id === undefined ? undefined : COMMANDS.get(id)
  if (id === undefined || entry === undefined) {
    const topic = line.filter((word) => !ROOT_FLAGS.has(word)).join(':')
    return TOPICS.has(topic) || line.some((word) => isPlaceholder(word)) ? undefined : 'there is no such command'
  }

  return faultOfWords(line.slice(id.split(':').length), entry, isBlock)
}

/** `--profile` may stand in front. */
function withoutProfile(words: readonly string[]): readonly string[] {
  if (words[0] === '--profile') return words.slice(2)
  return words[0]?.startsWith('--profile=') ? words.slice(1) : words
}

function faultOfHelp(words: readonly string[]): string | undefined {
  const id = words.join(':')
  const isKnown = words.length === 0 || COMMANDS.has(id) || TOPICS.has(id) || MANUAL_PAGES.some(({name}) => name === id)
  return isKnown || words.some((word) => isPlaceholder(word)) ? undefined : 'there is no such page of help'
}

function faultOfWords(words: readonly string[], {args = {}, flags = {}, strict}: Entry, isBlock: boolean) {
  const values: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--') {
      values.push(...words.slice(index + 1))
      break
    }

    if (!word.startsWith('-') || word === '-') {
      values.push(word)
      continue
    }

    const [name = '', given] = word.split(/=(.*)/s)
    const flag = flagOf(name, flags)
    if (flag === undefined) return `there is no ${name}`
    if (flag.type !== 'option') continue
    const value = given ?? words[++index]
    // In a sentence a flag is named without its value.
    if (value === undefined) return isBlock ? `${name} has no value` : undefined
    if (flag.options && !flag.options.includes(value) && !/[|$]/.test(value) && !isPlaceholder(value))
      return `${value} is none of ${flag.options.join(', ')}`
  }

  return faultOfArguments(values, {args, strict: strict !== false, isBlock})
}

function faultOfArguments(
  values: readonly string[],
  {args, isBlock, strict}: {args: NonNullable<Entry['args']>; strict: boolean; isBlock: boolean},
): string | undefined {
  const all = Object.values(args)
  if (strict && values.length > all.length && !all.some(({multiple}) => multiple)) return `${values.at(-1)} is too much`
  const missing = all.filter(({required}) => required).length > values.length
  return isBlock && missing ? 'an argument is missing' : undefined
}

function flagOf(name: string, flags: Readonly<Record<string, Flag>>): Pick<Flag, 'options' | 'type'> | undefined {
  if (name === '--help' || name === '-h') return {}
  if (name === '--profile') return {type: 'option'}
  return Object.values(flags).find(({aliases = [], allowNo, char, name: own}) => {
    const spellings = [`--${own}`, ...aliases.map((one) => `--${one}`), ...(char ? [`-${char}`] : [])]
    return spellings.includes(name) || (allowNo === true && name === `--no-${own}`)
  })
}
