import type {Interfaces} from '@oclif/core'
import {type Need, printable} from '@superset/identity'
import type {CommandExtension} from '../cli/extend-command.ts'
import {profileFlags} from '../cli/flags.ts'
import type {ListView} from '../output/view.ts'
import {pluginCommand} from '../plugins/gated-commands.ts'
import {type PluginReport, reportPlugins} from '../plugin-host/report-plugins.ts'
import {PluginsShape} from '../output/own-shapes.ts'

const PLUGINS: ListView = {
  noun: 'plugins',
  columns: ['name', 'version', 'source', 'pinned', 'state', 'commands'],
  keep: ['name'],
}

interface PluginDisplay {
  display(plugins: readonly Interfaces.Plugin[]): void
}

const Theirs: CommandExtension<PluginDisplay> = await pluginCommand('plugins')

export default class Plugins extends Theirs {
  static override output = () => PluginsShape
  static override summary = 'List installed plugins, where they came from, and what is wrong with them.'
  static override description =
    'Nothing of a plugin runs for it. A command that another plugin answers is named, with who answers.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'

  private core: readonly Interfaces.Plugin[] = []

  override async run(): Promise<readonly PluginReport[]> {
    await super.run()
    // Theirs knows what is loaded; this, what is installed.
    const found = reportPlugins(this.config)
    await this.show({
      human: async () =>
        [await this.text(found), ...this.core.map((one) => `${one.name} ${one.version} (bundled)`)].join('\n'),
      ids: () => found.map(({name}) => name),
    })
    return found
  }

  /** Of what theirs shows, the plugins that come with the CLI, where --core asks for them. */
  override display(plugins: readonly Interfaces.Plugin[]): void {
    this.core = plugins.filter(({isRoot, type}) => type === 'core' && !isRoot)
  }

  private async text(found: readonly PluginReport[]): Promise<string> {
    if (found.length === 0) return 'No plugins are installed.'
    const {table} = await import('../output/table.ts')
    const rows = await table(found, PLUGINS, this.screen())
    const remarks = found.flatMap(({faults, loses, name}) => [
      ...faults.map((fault) => (fault.endsWith('.') ? fault : `${name}: ${fault}.`)),
      ...(loses.length > 0 ? [`${name}: others answer ${loses.join(', ')}.`] : []),
    ])
    return [rows, ...remarks.map((line) => printable(line))].join('\n')
  }
}
