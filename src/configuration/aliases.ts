import {EXIT, Problem} from '@superset/identity'
import {refuseForeignHome} from '@superset/identity/home'
import path from 'node:path'
import {readJson, writeJson} from './files.ts'
import {whileLocked} from './lock.ts'

/** Short names of a user's own, each with the words that it stands for. */
export type Aliases = ReadonlyMap<string, readonly string[]>

const NAME = /^[A-Za-z][\w-]{0,63}$/

/** For messages. */
export const ALIAS_RULE = 'letters, digits, dashes and underscores, at most 64, with a letter first'

export function isAliasName(text: string): boolean {
  return NAME.test(text)
}

export function aliasFile(homeDir: string): string {
  return path.join(homeDir, 'cli/aliases.json')
}

/** @throws Problem CONFIG_* (78) */
export function readAliases(homeDir: string): Aliases {
  const file = aliasFile(homeDir)
  const entries = Object.entries(readJson(file) ?? {}).map(([name, words]) => {
    if (isAliasName(name) && isWords(words)) return [name, words] as const
    throw new Problem({
      code: 'CONFIG_INVALID',
      message: `${file}: ${JSON.stringify(name)} is not an alias: a name (${ALIAS_RULE}) with a list of words.`,
      exit: EXIT.configuration,
      suggestions: ['Correct or remove it in that file.'],
    })
  })
  return new Map(entries)
}

/** @throws Problem CONFIG_* (78), STORE_SETTINGS (74), STORE_LOCK_BUSY (75), and what `change` throws */
export function changeAliases(homeDir: string, change: (before: Aliases) => Aliases): void {
  const file = aliasFile(homeDir)
  refuseForeignHome(path.dirname(file))
  whileLocked(path.join(path.dirname(file), 'settings.lock'), () => {
    writeJson(file, Object.fromEntries(change(readAliases(homeDir))))
  })
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')
}
