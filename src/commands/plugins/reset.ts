import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import {SupersetCommand} from '../../command.ts'
import {profileFlags} from '../../flags.ts'
import {bringAgain} from '../../program/plugin-changes.ts'
import type {Brought} from '../../plugins/bring.ts'
import {readListed} from '../../plugins/data-folder.ts'
import {removePlugins} from '../../plugins/keep.ts'

export default class PluginsReset extends SupersetCommand {
  static override summary = 'Uninstall and unlink all plugins.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {
    reinstall: Flags.boolean({summary: 'Install those that are listed anew, as if for the first time; links stay.'}),
    'allow-scripts': Flags.boolean({summary: 'Let packages run scripts while they are installed.'}),
  }

  async run(): Promise<readonly Brought[]> {
    const {flags} = await this.parse(PluginsReset)
    const listed = readListed(this.config.dataDir)
    const names = listed.map(({name}) => name)
    if (!flags.reinstall) {
      removePlugins(names, this.config.dataDir)
      await this.showDone(names.length === 0 ? 'There were no plugins.' : `Uninstalled ${names.join(', ')}.`, [])
      return []
    }

    const asked = {allowScripts: flags['allow-scripts'], anew: true}
    const isAny = listed.some(({type}) => type === 'user')
    const brought = isAny ? await bringAgain(listed, this.config, asked) : []
    const what = brought.map(({name, version}) => `${name} ${version}`).join(', ')
    await this.showDone(
      isAny ? `Installed ${what} anew.` : 'There was nothing to install anew.',
      brought.map(({name}) => ({id: name})),
    )
    return brought
  }
}
