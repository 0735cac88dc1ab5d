import type {Command, Interfaces} from '@oclif/core'
import {isProblem} from '@superset/identity'
import {existsSync} from 'node:fs'
import {aliasFile, readAliases} from '../configuration/aliases.ts'
import {readHomeDir} from '../env.ts'
import {type CommandLine, parseCommandLine} from './command-line.ts'
import {usage} from './errors.ts'

type Plugins = ReadonlyMap<string, Pick<Interfaces.Plugin, 'commands' | 'topics'>>

const PLACE = /\$(\d+)/g

/**
 * The line that an alias of the user's stands for; any other line as it is. A command always wins over an alias of its name,
 * also one that a plugin brought later.
 * @throws Problem USAGE_INVALID (2) where it wants more words than were typed
 */
export function withAlias(line: CommandLine, plugins: Plugins, agentMode: boolean): CommandLine {
  const [name, ...rest] = line.words
  const words = name === undefined ? undefined : savedWords(name)
  if (name === undefined || !words || isCommandWord(name, plugins)) return line
  const expanded = parseCommandLine(expandAlias(name, words, rest), agentMode)
  return line.profile === undefined ? expanded : {...expanded, profile: line.profile}
}

/** Whether commands or topics of that name are there, whoever brought them. */
export function isCommandWord(name: string, plugins: Plugins): boolean {
  const isIt = (id: string) => id === name || id.startsWith(`${name}:`)
  return [...plugins.values()].some(
    ({commands, topics}) =>
      topics.some((topic) => isIt(topic.name)) ||
      commands.some((command) => namesOf(command).some((name) => isIt(name))),
  )
}

/** All that a command can be typed as, words between colons. */
export function namesOf({
  aliases,
  hiddenAliases,
  id,
}: Pick<Command.Loadable, 'aliases' | 'hiddenAliases' | 'id'>): string[] {
  return [id, ...aliases, ...hiddenAliases]
}

/**
 * `$1` is the first word that was typed behind the alias, and so on; what no place takes comes behind. A word stays one word,
 * whatever is in it.
 * @throws Problem USAGE_INVALID (2)
 */
export function expandAlias(name: string, words: readonly string[], typed: readonly string[]): string[] {
  const wanted = Math.max(0, ...words.flatMap((word) => [...word.matchAll(PLACE)].map(([, place]) => Number(place))))
  if (wanted > typed.length)
    throw usage(
      `The alias ${name} wants ${wanted} ${wanted === 1 ? 'word' : 'words'} behind it, and got ${typed.length}.`,
      ['Run `superset alias list` to see what it stands for.'],
    )
  const filled = words.map((word) => word.replaceAll(PLACE, (text, place) => typed[Number(place) - 1] ?? String(text)))
  return [...filled, ...typed.slice(wanted)]
}

/** Most users have none: then this is one look for a file. */
function savedWords(name: string): readonly string[] | undefined {
  if (name.startsWith('-')) return undefined
  try {
    const homeDir = readHomeDir()
    return existsSync(aliasFile(homeDir)) ? readAliases(homeDir).get(name) : undefined
  } catch (error) {
    // Every command of ours goes on; whoever typed what is none of them is told (command-not-found.ts).
    if (isProblem(error)) return undefined
    throw error
  }
}
