import ts from 'typescript'

/** A command line that a message names: `superset auth login --storage file`. */
export interface Named {
  readonly line: string
  readonly file: string
  readonly at: number
}

/** The part of a command's manifest entry that says what it takes. */
export interface Command {
  readonly id: string
  readonly aliases?: readonly string[]
  readonly strict?: boolean
  readonly args?: Readonly<Record<string, object>>
  readonly flags?: Readonly<Record<string, Flag>>
}

interface Flag {
  readonly type: string
  readonly char?: string
  readonly allowNo?: boolean
  readonly options?: readonly string[]
}

const BIN = 'superset'
/** Stands for what a message fills in when it is shown. */
const FILLED = '\u0001'

/** All that is quoted with backticks and begins with our name, in the strings of one source file. */
export function namedCommands(file: string, text: string): Named[] {
  return stringsOf(file, text).flatMap(({at, words}) =>
    [...words.matchAll(/`([^`]+)`/g)]
      .map(([, quoted = '']) => quoted)
      .filter((quoted) => quoted.split(/\s/)[0] === BIN)
      .map((line) => ({line, file, at})),
  )
}

/** The flags that stand in sentences by themselves; behind a pipe they are another program's. */
export function namedFlags(file: string, text: string): Named[] {
  return stringsOf(file, text)
    .filter(({words}) => /\s/.test(words))
    .flatMap(({at, words}) =>
      [
        ...words
          .replace(/^.*? \| (?=superset )/, '')
          .replaceAll(/`(?!-)[^`]*`| \| .*/g, '')
          .matchAll(/(?<=^|[\s`(])--[a-z][a-z-]*/g),
      ].map(([line]) => ({
        line,
        file,
        at,
      })),
    )
}

function stringsOf(file: string, text: string): {readonly words: string; readonly at: number}[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: {words: string; at: number}[] = []
  const visit = (node: ts.Node): void => {
    const words = textOf(node)
    const at = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
    if (words !== undefined) found.push({words, at})
    ts.forEachChild(node, visit)
  }

  visit(tree)
  return found
}

/** A string as it is shown; the name of the program is put in, whatever else is filled in is not known. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return withBin(node.text)
  if (!ts.isTemplateExpression(node)) return undefined
  const spans = node.templateSpans.map(({expression, literal}) => {
    const isBin = /(?:^|\.)bin$/.test(expression.getText())
    return (isBin ? BIN : FILLED) + literal.text
  })
  return withBin(node.head.text + spans.join(''))
}

function withBin(text: string): string {
  return text.replaceAll(/<%= config\.bin %>/g, BIN)
}

/** Why a command line cannot be typed like this; `undefined` when it can. */
export function complaintOf(line: string, commands: readonly Command[]): string | undefined {
  // Filled in right behind a word: further flags, or nothing.
  const words = line
    .replaceAll(/(?<=[a-z])\u0001/g, '')
    .split(/\s+/)
    .slice(1)
  const command = resolve(words, commands)
  if (!command) return isFilled(words) || isTopicHelp(words, commands) ? undefined : 'there is no such command'
  return complaintOfRest(words.slice(command.words), command.entry)
}

/** The longest run of words that is a command, as oclif looks for it. */
function resolve(words: readonly string[], commands: readonly Command[]) {
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const entry = commands.find((command) => command.id === id || command.aliases?.includes(id))
    if (entry) return {entry, words: length}
  }

  return undefined
}

function isFilled([first]: readonly string[]): boolean {
  return first?.includes(FILLED) ?? false
}

/** `superset --help`, `superset tasks --help`. */
function isTopicHelp(words: readonly string[], commands: readonly Command[]): boolean {
  const topic = words.slice(0, -1).join(':')
  return words.at(-1) === '--help' && (topic === '' || commands.some(({id}) => id.startsWith(`${topic}:`)))
}

function complaintOfRest(words: readonly string[], {args = {}, flags = {}, strict}: Command): string | undefined {
  let values = 0
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    // What follows is the shell's business, or is no flag whatever it looks like.
    if (['<', '>', '|', '&&', '--'].includes(word)) break
    if (!word.startsWith('-') || word === '-') {
      values++
      continue
    }

    const [name = '', given] = word.split('=', 2)
    if (name === '--help') continue
    const flag = findFlag(name, flags)
    if (!flag) return `it has no flag ${name}`
    if (flag.type === 'boolean') continue
    const value = given ?? words[++index]
    if (value === undefined) return `${name} needs a value`
    if (flag.options && !isOption(value, flag.options)) return `${name} does not take ${value}`
  }

  return values > Object.keys(args).length && strict !== false ? 'it takes fewer arguments' : undefined
}

function findFlag(name: string, flags: Readonly<Record<string, Flag>>): Flag | undefined {
  if (!name.startsWith('--')) return Object.values(flags).find(({char}) => `-${char}` === name)
  const long = name.slice(2)
  const denied = long.startsWith('no-') ? flags[long.slice(3)] : undefined
  return flags[long] ?? (denied?.allowNo ? denied : undefined)
}

function isOption(value: string, options: readonly string[]): boolean {
  return options.includes(value) || value.includes(FILLED) || /^<.*>$/.test(value)
}
