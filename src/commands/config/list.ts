import {Flags} from '@oclif/core'
import {identityOf, type Need} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {choiceFlags, listFlags} from '../../cli/flags.ts'
import {configuration} from '../../cli/home.ts'
import {fileOf, winningVariable} from '../../cli/setting.ts'
import {listSettings, readSetting} from '../../configuration/keys.ts'
import {usableProfile} from '../../identity/request.ts'
import {AVAILABLE_SETTINGS, SETTINGS} from '../../output/views.ts'
import {SettingsShape} from '../../own-shapes.ts'

export default class ConfigList extends SupersetCommand {
  static override output = () => SettingsShape
  static override summary = 'List the settings that were saved, or those that there are.'
  static override description = 'Those for all profiles, and those of the profile in use.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'What can be set, and what it is for', command: '<%= config.bin %> <%= command.id %> --available'},
  ]
  static override baseFlags = choiceFlags
  static override flags = {
    ...listFlags,
    available: Flags.boolean({summary: 'List all settings that there are, with what they mean.', default: false}),
  }
  static override identity: Need = 'none'

  async run(): Promise<unknown> {
    const {flags} = await this.parse(ConfigList)
    const {available, profile: named, ...shown} = flags
    const identity = identityOf(this.config)
    const profile = named === undefined ? identity.profile.value : usableProfile(named)
    const saved = configuration()
    const rows = listSettings().map((setting) => {
      const owner = setting.scope === 'global' ? undefined : profile
      const value = readSetting(saved.values(owner), {setting}) ?? null
      return {
        ...{key: setting.key, value, default: setting.default ?? null, profile: owner ?? null},
        ...{file: fileOf(saved, owner), wins: winningVariable({setting}, identity) ?? null},
        meaning: setting.meaning ?? null,
      }
    })
    if (available) return this.showList(rows, AVAILABLE_SETTINGS, shown)
    return this.showList(
      rows.filter(({value}) => value !== null),
      SETTINGS,
      shown,
    )
  }
}
