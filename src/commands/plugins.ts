import type {Need} from '@superset/identity'
import type {CommandExtension} from '../cli/extend-command.ts'
import {listFlags, type ListFlagValues, profileFlags} from '../cli/flags.ts'
import {PLUGINS} from '../output/views.ts'
import {pluginCommand} from '../plugins/gated-commands.ts'
import {reportBundled, reportPlugins} from '../plugin-host/report-plugins.ts'
import {PluginsShape} from '../own-shapes.ts'

const Theirs: CommandExtension = pluginCommand('plugins')

export default class Plugins extends Theirs {
  static override output = () => PluginsShape
  static override summary = 'List installed plugins, where they came from, and what is wrong with them.'
  static override description =
    'Nothing of a plugin runs for it. A command that another plugin answers is named, with who answers.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override baseFlags = profileFlags
  static override flags = {...Theirs.flags, ...listFlags}
  static override identity: Need = 'none'

  override async run(): Promise<unknown> {
    const {flags} = await this.parse()
    const found = [...reportPlugins(this.config), ...(flags['core'] === true ? reportBundled(this.config) : [])]
    const shown = await this.showList(found, PLUGINS, flags as ListFlagValues)
    for (const {faults, loses, name} of found) {
      for (const fault of faults) this.tell(fault.endsWith('.') ? fault : `${name}: ${fault}.`)
      if (loses.length > 0) this.tell(`${name}: others answer ${loses.join(', ')}.`)
    }

    return shown
  }
}
