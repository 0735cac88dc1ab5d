import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import type {CommandExtension} from '../../cli/extend-command.ts'
import {profileFlags, yesFlag} from '../../cli/flags.ts'
import {type InstalledPlugin, InstalledPluginsShape} from '../../own-shapes.ts'
import {readListed} from '../../plugins/plugin-list.ts'
import {warnOfRemoval} from '../../plugin-host/offer-identity.ts'
import {removeAll, removePlugins} from '../../plugins/remove.ts'
import {setOperations, once, pluginCommand} from '../../plugins/gated-commands.ts'
import {reinstallPlugins} from '../../plugins/change-plugins.ts'

const Theirs: CommandExtension = pluginCommand('plugins:reset')

export default class PluginsReset extends Theirs {
  static override output = () => InstalledPluginsShape
  static override summary = 'Uninstall and unlink all plugins.'
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {
    ...Theirs.flags,
    ...yesFlag,
    hard: Flags.boolean({
      summary: "Also remove the list of plugins and npm's notes, whatever became of them.",
      exclusive: ['reinstall'],
    }),
    reinstall: Flags.boolean({summary: 'Install those that are listed anew, as if for the first time; links stay.'}),
    'allow-scripts': Flags.boolean({summary: 'Let packages run scripts while they are installed.'}),
  }

  override async run(): Promise<readonly InstalledPlugin[]> {
    const {flags} = await this.parse()
    // Not theirs: they take away before they bring, go on past what fails, and delete past the lock.
    if (flags['reinstall'] === true) return this.reinstall(flags['allow-scripts'] === true)
    const {dataDir} = this.config
    const listed = readListed(dataDir)
    const names = listed.map(({name}) => name)
    await warnOfRemoval(names, this.config, {tell: (line) => this.tell(line), yes: flags['yes'] === true})
    const uninstall = once(async () => void removePlugins(names, dataDir))
    setOperations(this.config, {listed, uninstall})
    if (flags['hard'] === true) removeAll(dataDir)
    else await super.run()
    // What failed in theirs was a warning.
    if (flags['hard'] !== true && names.length > 0) await uninstall()
    await this.showDone(names.length === 0 ? 'There were no plugins.' : `Uninstalled ${names.join(', ')}.`, [])
    return []
  }

  private async reinstall(allowScripts: boolean): Promise<readonly InstalledPlugin[]> {
    const asked = {allowScripts, anew: true, tell: (line: string) => this.tell(line)}
    const brought = await reinstallPlugins(readListed(this.config.dataDir), this.config, asked)
    const what = brought.map(({name, version}) => `${name} ${version}`).join(', ')
    await this.showDone(
      brought.length > 0 ? `Installed ${what} anew.` : 'There was nothing to install anew.',
      brought.map(({name}) => ({id: name})),
    )
    return brought
  }
}
