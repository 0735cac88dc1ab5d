import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** A command line of `superset` that a page shows. */
export interface DocumentedCommand {
  readonly page: string
  /** After `superset`; quotes are taken off. */
  readonly words: readonly string[]
  /** In a block that one may type, not in a sentence. */
  readonly isBlock: boolean
}

const PAGES = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md']
/** What stands for something of the reader's own. */
const PLACEHOLDER = /[<…]|\.\.\./

/** Of all pages, but the decisions, which tell of what was weighed. */
export function documentedCommands(): readonly DocumentedCommand[] {
  const pages = PAGES.flatMap((glob) => globSync(glob, {cwd: root})).filter((page) => !page.includes('/decisions/'))
  return pages.flatMap((page) => commandsIn(page, readFileSync(path.join(root, page), 'utf8')))
}

export function commandsIn(page: string, text: string): DocumentedCommand[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)]
  const sentences = text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`((?:\w+=\S+ )?superset [^`]+)`/g)
  return [
    ...blocks.flatMap(([, block = '']) => lines(block)).map((line) => ({line, isBlock: true})),
    ...[...sentences].map(([, line = '']) => ({line: line.replaceAll(/\s+/g, ' '), isBlock: false})),
  ].flatMap(({isBlock, line}) => partsOf(line).map((words) => ({page, words, isBlock})))
}

/** Of a `console` block, what was typed; elsewhere all of it. A backslash at the end goes on. */
function lines(block: string): string[] {
  const joined = block.replaceAll(/\\\n\s*/g, '').split('\n')
  const typed = joined.filter((line) => line.startsWith('$ '))
  return typed.length === 0 ? joined : typed.map((line) => line.slice(2))
}

/** The commands of a line, what is substituted included, each by its words. */
function partsOf(line: string): string[][] {
  const inside = [...line.matchAll(/\$\(([^)]*)\)/g)].map(([, text = '']) => text)
  const outside = line.replaceAll(/\$\([^)]*\)/g, '$substituted')
  return [outside, ...inside].flatMap((text) => {
    const parts: string[][] = [[]]
    for (const [token] of text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
      if (token.startsWith('#')) break
      if (/^(?:\|\|?|&&|;)$/.test(token)) parts.push([])
      else if (/^\d?>|^<(?![^>]*>)/.test(token)) parts.push(['redirected'])
      else parts.at(-1)?.push(token.replace(/;$/, '').replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
    }

    return parts.flatMap((words) => {
      const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== 'sudo')
      return words[start] === 'superset' && words.length > start + 1 ? [words.slice(start + 1)] : []
    })
  })
}

export function isPlaceholder(word: string): boolean {
  return PLACEHOLDER.test(word)
}
