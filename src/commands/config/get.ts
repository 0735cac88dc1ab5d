import {Args} from '@oclif/core'
import {EXIT, identityOf, type Need, Problem} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {choiceFlags} from '../../cli/flags.ts'
import {configuration} from '../../cli/home.ts'
import {fileOf, namedSetting, ownerOf} from '../../cli/setting.ts'
import {readSetting} from '../../configuration/keys.ts'
import {fieldText} from '../../output/cell.ts'
import {type SavedSetting, SettingShape} from '../../own-shapes.ts'

export default class ConfigGet extends SupersetCommand {
  static override output = () => SettingShape
  static override summary = 'Print a setting that was saved.'
  static override description =
    'Of the profile in use, or for all profiles. Ends with 1 where nothing is saved; a variable that wins is told by `config list`.'
  static override examples = ['<%= config.bin %> <%= command.id %> apiUrl']
  static override baseFlags = choiceFlags
  static override args = {key: Args.string({description: 'Name of the setting.', required: true, ignoreStdin: true})}
  static override identity: Need = 'none'

  async run(): Promise<SavedSetting> {
    const {args, flags} = await this.parse(ConfigGet)
    const named = namedSetting(args.key, flags.profile, identityOf(this.config))
    const saved = configuration()
    const value = readSetting(saved.values(named.profile), named)
    if (value === undefined)
      throw new Problem({
        code: 'CONFIG_NOT_SET',
        message: `${args.key} is not set for ${ownerOf(named.profile)}.`,
        exit: EXIT.failed,
        suggestions: [`Run \`superset config set ${args.key} <value>\`.`, 'Run `superset config list --available`.'],
      })
    const text = () => fieldText(value)
    await this.show({human: text, ids: () => [text()]})
    return {key: args.key, value, profile: named.profile ?? null, file: fileOf(saved, named.profile)}
  }
}
