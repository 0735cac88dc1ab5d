import {Args} from '@oclif/core'
import {identityOf, type Need} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {choiceFlags} from '../../cli/flags.ts'
import {configuration} from '../../cli/home.ts'
import {fileOf, namedSetting, ownerOf} from '../../cli/setting.ts'
import {changeSetting, readSetting} from '../../configuration/keys.ts'
import {type SavedSetting, SettingShape} from '../../own-shapes.ts'

export default class ConfigUnset extends SupersetCommand {
  static override output = () => SettingShape
  static override summary = 'Take a setting back, so that its default holds again.'
  static override description = 'Also a setting that is not valid, and keeps everything else from working.'
  static override examples = ['<%= config.bin %> <%= command.id %> apiUrl']
  static override baseFlags = choiceFlags
  static override args = {key: Args.string({description: 'Name of the setting.', required: true, ignoreStdin: true})}
  static override identity: Need = 'none'

  async run(): Promise<SavedSetting> {
    const {args, flags} = await this.parse(ConfigUnset)
    const named = namedSetting(args.key, flags.profile, identityOf(this.config))
    const saved = configuration()
    let was: unknown
    saved.edit(named.profile, (before) => {
      was = readSetting(before, named)
      return was === undefined ? before : changeSetting(before, named, undefined)
    })
    const owner = ownerOf(named.profile)
    const sentence = was === undefined ? `${args.key} was not set for ${owner}.` : `Unset ${args.key} for ${owner}.`
    await this.showDone(sentence, was === undefined ? [] : [{id: args.key}])
    return {key: args.key, value: null, profile: named.profile ?? null, file: fileOf(saved, named.profile)}
  }
}
