import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import type {CommandExtension} from '../../cli/extend-command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {usage} from '../../cli/errors.ts'
import {type InstalledPlugin, InstalledPluginShape} from '../../own-shapes.ts'
import {offerIdentity} from '../../plugin-host/offer-identity.ts'
import {linkPlugin} from '../../plugins/remove.ts'
import {setOperations, once, pluginCommand} from '../../plugins/gated-commands.ts'
import {bundledNames} from '../../plugins/change-plugins.ts'

const Theirs: CommandExtension = pluginCommand('plugins:link')

export default class PluginsLink extends Theirs {
  static override output = () => InstalledPluginShape
  static override summary = 'Use a plugin from a folder, while you develop it.'
  static override description = 'The folder is used as it is: install its dependencies and build it yourself.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {
    ...Theirs.flags,
    // For those who are used to `--no-install` of other CLIs of oclif.
    install: Flags.boolean({allowNo: true, hidden: true, default: false}),
  }

  override async run(): Promise<InstalledPlugin> {
    const {args, flags} = await this.parse()
    if (flags['install'] === true)
      throw usage('Nothing is installed into a folder that is linked.', [
        `Run \`npm install\` there, then \`${this.config.bin} plugins link ${String(args['path'])}\`.`,
      ])
    const link = once(async (folder: string) => linkPlugin(folder, this.config, bundledNames(this.config)))
    setOperations(this.config, {link})
    await super.run()
    const linked = await link('')
    for (const fault of linked.faults) this.tell(`${linked.name}: ${fault}.`)
    await this.showDone(`Linked ${linked.name} ${linked.version}.`, [{id: linked.name}])
    await offerIdentity([linked.name], this.config, (line) => this.tell(line))
    return linked
  }
}
