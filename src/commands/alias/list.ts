import type {Need} from '@superset/identity'
import {isCommandWord} from '../../cli/alias.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {listFlags, profileFlags} from '../../cli/flags.ts'
import {homeDir} from '../../cli/home.ts'
import {readAliases} from '../../configuration/aliases.ts'
import {ALIASES} from '../../output/views.ts'
import {AliasesShape} from '../../own-shapes.ts'

export default class AliasList extends SupersetCommand {
  static override output = () => AliasesShape
  static override summary = 'List your aliases, with what they stand for.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override baseFlags = profileFlags
  static override flags = listFlags
  static override identity: Need = 'none'

  async run(): Promise<unknown> {
    const {flags} = await this.parse(AliasList)
    const {join} = await import('shlex')
    const rows = [...readAliases(homeDir())].map(([alias, words]) => ({
      ...{id: alias, alias, expansion: join([...words]), words},
      hidden: isCommandWord(alias, this.config.plugins),
    }))
    const shown = await this.showList(rows, ALIASES, flags)
    for (const {alias, hidden} of rows) if (hidden) this.tell(`${alias} is a command now, and wins over the alias.`)
    return shown
  }
}
