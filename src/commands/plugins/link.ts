import {Args, Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import path from 'node:path'
import {SupersetCommand} from '../../command.ts'
import {profileFlags} from '../../flags.ts'
import {bundledNames} from '../../program/plugin-changes.ts'
import type {Brought} from '../../plugins/bring.ts'
import {linkPlugin} from '../../plugins/keep.ts'

export default class PluginsLink extends SupersetCommand {
  static override summary = 'Use a plugin from a folder, while you develop it.'
  static override description = 'The folder is used as it is: install its dependencies and build it yourself.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override args = {
    path: Args.string({description: 'Folder of the plugin.', default: '.', ignoreStdin: true}),
  }
  static override flags = {
    // What other CLIs of oclif take. Nothing is installed in any case.
    install: Flags.boolean({allowNo: true, hidden: true, default: false}),
  }

  async run(): Promise<Brought> {
    const {args} = await this.parse(PluginsLink)
    const linked = linkPlugin(path.resolve(args.path), this.config.dataDir, bundledNames(this.config))
    await this.showDone(`Linked ${linked.name} ${linked.version}.`, [{id: linked.name}])
    return linked
  }
}
