import {Args} from '@oclif/core'
import type {Need} from '@superset/identity'
import {isCommandWord, namesOf} from '../../cli/alias.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {profileFlags} from '../../cli/flags.ts'
import {homeDir} from '../../cli/home.ts'
import {secretArguments} from '../../cli/traces.ts'
import {ALIAS_RULE, changeAliases, isAliasName} from '../../configuration/aliases.ts'
import {type Alias, AliasShape} from '../../own-shapes.ts'

export default class AliasSet extends SupersetCommand {
  static override output = () => AliasShape
  static override summary = 'Give a command line a name of your own.'
  static override description =
    'What it stands for is one argument, quoted as for a shell; no shell reads it, now or later. $1, $2 … are the words that are typed behind the alias; further ones are added at the end. A command is never hidden by an alias.'
  static override examples = [
    `<%= config.bin %> <%= command.id %> mine 'tasks list --assignee @me'`,
    {
      description: 'With a place for a word',
      command: `<%= config.bin %> <%= command.id %> finish 'tasks update $1 --status Done'`,
    },
  ]
  static override baseFlags = profileFlags
  static override args = {
    alias: Args.string({description: 'The name.', required: true, ignoreStdin: true}),
    expansion: Args.string({description: 'What it stands for.', required: true, ignoreStdin: true}),
  }
  static override identity: Need = 'none'

  async run(): Promise<Alias | undefined> {
    const {args} = await this.parse(AliasSet)
    const {alias} = args
    if (!isAliasName(alias)) throw usage(`${JSON.stringify(alias)} cannot be an alias: ${ALIAS_RULE}.`)
    if (isCommandWord(alias, this.config.plugins))
      throw usage(`${alias} is a command, which no alias can hide.`, ['Choose another name.'])
    const words = await wordsOf(args.expansion)
    this.demandCommand(words)
    changeAliases(homeDir(), (before) => new Map([...before, [alias, words]]))
    const row = {id: alias, alias, expansion: args.expansion, words, hidden: false}
    return this.showDone(`superset ${alias} is now superset ${args.expansion}`, [row])
  }

  /** @throws Problem USAGE_INVALID (2) */
  private demandCommand(words: readonly string[]): void {
    const named = words.filter((word) => !word.startsWith('-'))
    const ids = this.config.commands.flatMap((command) => namesOf(command))
    const isCommand = named.some((_, index) => ids.includes(named.slice(0, index + 1).join(':')))
    const [first = ''] = words
    if (first.startsWith('-') || !isCommand)
      throw usage(`${words.join(' ') || 'Nothing'} is not a command line of ${this.config.bin}.`, [
        `Begin with a command, without ${this.config.bin}: \`${this.config.bin} --help\` lists them.`,
      ])
    if (Object.keys(secretArguments(words)).length > 0)
      throw usage('An alias is stored in plain text, so that no secret can be part of it.', [
        'Sign in, or set the variable for it.',
      ])
  }
}

/** @throws Problem USAGE_INVALID (2) for quotes that are not closed */
async function wordsOf(expansion: string): Promise<string[]> {
  const {split} = await import('shlex')
  try {
    return split(expansion)
  } catch {
    throw usage(`A quote is not closed, or nothing follows a backslash: ${expansion}`)
  }
}
