import {Flags} from '@oclif/core'
import {type Need, printable} from '@superset/identity'
import {styleText} from 'node:util'
import {SupersetCommand} from '../command.ts'
import {profileFlags} from '../flags.ts'
import {type PluginReport, reportPlugins} from '../program/plugin-report.ts'

const COLUMNS = ['name', 'version', 'source', 'pinned', 'state', 'commands']

export default class Plugins extends SupersetCommand {
  static override summary = 'List installed plugins, where they came from, and what is wrong with them.'
  static override description =
    'Nothing of a plugin runs for it. A command that another plugin answers is named, with who answers.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {core: Flags.boolean({summary: 'Also name what comes with the CLI.'})}

  async run(): Promise<readonly PluginReport[]> {
    const {flags} = await this.parse(Plugins)
    const found = reportPlugins(this.config)
    await this.show({
      human: async () => [await this.text(found), ...(flags.core ? this.bundled() : [])].join('\n'),
      ids: () => found.map(({name}) => name),
    })
    return found
  }

  private async text(found: readonly PluginReport[]): Promise<string> {
    if (found.length === 0) return 'No plugins are installed.'
    const {table} = await import('../output/table.ts')
    const rows = await table(found, COLUMNS, {
      width: process.stdout.isTTY ? process.stdout.columns : undefined,
      heading: (text) => styleText('bold', text, {stream: process.stdout}),
    })
    const remarks = found.flatMap(({faults, loses, name}) => [
      ...faults.map((fault) => (fault.endsWith('.') ? fault : `${name}: ${fault}.`)),
      ...(loses.length > 0 ? [`${name}: others answer ${loses.join(', ')}.`] : []),
    ])
    return [rows, ...remarks.map((line) => printable(line))].join('\n')
  }

  private bundled(): readonly string[] {
    const plugins = [...this.config.plugins.values()].filter(({isRoot, type}) => type === 'core' && !isRoot)
    return plugins.map(({name, version}) => `${name} ${version} (bundled)`)
  }
}
