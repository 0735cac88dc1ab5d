import type {Interfaces} from '@oclif/core'
import {type Need, printable} from '@superset/identity'
import type {CommandExtension} from '../../cli/extend-command.ts'
import {usage} from '../../cli/errors.ts'
import {profileFlags} from '../../cli/flags.ts'
import {readObject, text} from '../../plugins/plugin-list.ts'
import {pluginCommand} from '../../plugins/gated-commands.ts'
import {type PluginDetails, PluginInspectionShape} from '../../own-shapes.ts'
import {pluginDetails, whyNotInspected} from '../../plugin-host/report-plugins.ts'

interface PluginInspection {
  findPlugin(name: string): Interfaces.Plugin
  inspect(name: string, verbose?: boolean): Promise<unknown>
}

const Theirs: CommandExtension<PluginInspection> = pluginCommand('plugins:inspect')

export default class PluginsInspect extends Theirs {
  static override output = () => PluginInspectionShape
  static override summary = 'Show a plugin: version, folder, commands, and what it depends on.'
  static override description = 'Nothing of the plugin runs for it, and no registry is asked.'
  static override usage = '<%= command.id %> PLUGIN...'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'

  private readonly found: PluginDetails[] = []

  override async run(): Promise<readonly PluginDetails[]> {
    const {argv} = await this.parse()
    // Theirs would fail with what the system says of a file that is not there.
    if (argv.includes('.') && text(readObject('package.json'), 'name') === undefined)
      throw usage('This folder holds no plugin.', [`Name one: \`${this.config.bin} plugins\` lists what is installed.`])
    await super.run()
    await this.show({
      human: () => this.said.flatMap((text) => text.split('\n').map((line) => printable(line))).join('\n'),
      ids: () => this.found.map(({name}) => name),
    })
    return this.found
  }

  override findPlugin(name: string): Interfaces.Plugin {
    const plugin = this.config.plugins.get(name)
    if (!plugin) throw whyNotInspected(name, this.config)
    return plugin
  }

  override async inspect(name: string, verbose?: boolean): Promise<unknown> {
    const inspected = await super.inspect(name, verbose)
    this.found.push(pluginDetails(this.findPlugin(name), inspected))
    return inspected
  }
}
