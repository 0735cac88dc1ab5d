import {Args, Flags} from '@oclif/core'
import {EXIT, type Need, Problem} from '@superset/identity'
import {closest, didYouMean} from '../../closest.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {profileFlags} from '../../cli/flags.ts'
import {homeDir} from '../../cli/home.ts'
import {changeAliases} from '../../configuration/aliases.ts'
import {DeletedAliasesShape} from '../../own-shapes.ts'

export default class AliasDelete extends SupersetCommand {
  static override output = () => DeletedAliasesShape
  static override summary = 'Delete aliases: those that are named, or all.'
  static override examples = ['<%= config.bin %> <%= command.id %> mine']
  static override baseFlags = profileFlags
  static override flags = {all: Flags.boolean({summary: 'Delete all aliases.', default: false})}
  static override args = {alias: Args.string({description: 'The name.', multiple: true, ignoreStdin: true})}
  static override identity: Need = 'none'

  async run(): Promise<ReadonlyArray<{alias: string}>> {
    const {args, flags} = await this.parse(AliasDelete)
    const named = [args.alias ?? []].flat()
    if (flags.all === named.length > 0) throw usage('Name the aliases, or give --all.')
    let gone: readonly string[] = []
    // All of them, or none.
    changeAliases(homeDir(), (before) => {
      const unknown = named.find((name) => !before.has(name))
      if (unknown !== undefined) throw notThere(unknown, [...before.keys()])
      gone = flags.all ? [...before.keys()] : [...new Set(named)]
      return new Map([...before].filter(([name]) => !gone.includes(name)))
    })
    await this.showDone(
      gone.length === 0 ? 'There were no aliases.' : `Deleted ${gone.join(', ')}.`,
      gone.map((id) => ({id})),
    )
    return gone.map((alias) => ({alias}))
  }
}

function notThere(name: string, known: readonly string[]): Problem {
  return new Problem({
    code: 'ALIAS_NOT_FOUND',
    message: `There is no alias ${JSON.stringify(name)}.`,
    exit: EXIT.failed,
    suggestions: [...didYouMean(closest(name, known)), 'Run `superset alias list` to see what there is.'],
  })
}
