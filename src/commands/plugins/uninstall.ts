import {Args} from '@oclif/core'
import type {Need} from '@superset/identity'
import {SupersetCommand} from '../../command.ts'
import {usage} from '../../failure.ts'
import {profileFlags} from '../../flags.ts'
import {readListed} from '../../plugins/data-folder.ts'
import {removePlugins} from '../../plugins/keep.ts'
import {fullName} from '../../plugins/wanted.ts'

export default class PluginsUninstall extends SupersetCommand {
  static override aliases = ['plugins:unlink', 'plugins:remove']
  static override summary = 'Uninstall or unlink plugins.'
  static override description = 'Works offline, and whatever became of the plugin.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override strict = false
  static override args = {
    plugin: Args.string({description: 'Names of plugins.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<ReadonlyArray<{name: string}>> {
    const {argv} = await this.parse(PluginsUninstall)
    const listed = readListed(this.config.dataDir)
    const names = argv.map((argument) => {
      const typed = String(argument)
      const found = listed.find(({name}) => name === typed) ?? listed.find(({name}) => name === fullName(typed))
      if (!found) throw usage(`${typed} is not installed.`, [`\`${this.config.bin} plugins\` lists what is.`])
      return found.name
    })
    removePlugins(names, this.config.dataDir)
    await this.showDone(
      `Uninstalled ${names.join(', ')}.`,
      names.map((id) => ({id})),
    )
    return names.map((name) => ({name}))
  }
}
