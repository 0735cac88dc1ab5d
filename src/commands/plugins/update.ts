import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import {SupersetCommand} from '../../command.ts'
import {profileFlags} from '../../flags.ts'
import {bringAgain} from '../../program/plugin-changes.ts'
import type {Brought} from '../../plugins/bring.ts'
import {readListed} from '../../plugins/data-folder.ts'

export default class PluginsUpdate extends SupersetCommand {
  static override summary = 'Bring installed plugins to the newest version that was asked for.'
  static override description = 'A plugin that was installed with an exact version stays. All are updated, or none.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {
    'allow-scripts': Flags.boolean({summary: 'Let packages run scripts while they are installed.'}),
  }

  async run(): Promise<readonly Brought[]> {
    const {flags} = await this.parse(PluginsUpdate)
    const listed = readListed(this.config.dataDir).filter(({type}) => type === 'user')
    const before = new Map(listed.map(({name}) => [name, this.config.plugins.get(name)?.version]))
    const brought =
      listed.length === 0 ? [] : await bringAgain(listed, this.config, {allowScripts: flags['allow-scripts']})
    for (const {faults, name} of brought) for (const fault of faults) this.tell(`${name}: ${fault}.`)
    const changed = brought.filter(({name, version}) => before.get(name) !== version)
    const what = changed.map(({name, version}) => `${name} ${before.get(name) ?? '?'} -> ${version}`).join(', ')
    await this.showDone(
      changed.length === 0 ? 'Every plugin is up to date.' : `Updated ${what}.`,
      changed.map(({name}) => ({id: name})),
    )
    return brought
  }
}
