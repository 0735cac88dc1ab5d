import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import type {CommandExtension} from '../../cli/extend-command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {type InstalledPlugin, InstalledPluginsShape} from '../../own-shapes.ts'
import {readListed, versionOf} from '../../plugins/plugin-list.ts'
import {setOperations, pluginCommand} from '../../plugins/gated-commands.ts'
import {reinstallPlugins} from '../../plugins/change-plugins.ts'

const Theirs: CommandExtension = pluginCommand('plugins:update')

export default class PluginsUpdate extends Theirs {
  static override output = () => InstalledPluginsShape
  static override summary = 'Bring installed plugins to the newest version that was asked for.'
  static override description = 'A plugin that was installed with an exact version stays. All are updated, or none.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {
    ...Theirs.flags,
    'allow-scripts': Flags.boolean({summary: 'Let packages run scripts while they are installed.'}),
  }

  override async run(): Promise<readonly InstalledPlugin[]> {
    const {flags} = await this.parse()
    const listed = readListed(this.config.dataDir).filter(({type}) => type === 'user')
    const before = new Map(listed.map((one) => [one.name, versionOf(one, this.config.dataDir)]))
    let brought: readonly InstalledPlugin[] = []
    setOperations(this.config, {
      update: async (logLevel) => {
        const asked = {allowScripts: flags['allow-scripts'] === true, logLevel}
        brought = await reinstallPlugins(listed, this.config, {...asked, tell: (line) => this.tell(line)})
      },
    })
    await super.run()
    for (const {faults, name} of brought) for (const fault of faults) this.tell(`${name}: ${fault}.`)
    const changed = brought.filter(({name, version}) => before.get(name) !== version)
    const what = changed.map(({name, version}) => `${name} ${before.get(name) ?? '?'} -> ${version}`).join(', ')
    const nothing = listed.length === 0 ? 'There is no plugin to update.' : 'Every plugin is up to date.'
    await this.showDone(
      changed.length === 0 ? nothing : `Updated ${what}.`,
      changed.map(({name}) => ({id: name})),
    )
    return brought
  }
}
