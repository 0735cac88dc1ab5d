import type {Need} from '@superset/identity'
import path from 'node:path'
import {usage} from '../../cli/errors.ts'
import type {CommandExtension} from '../../cli/extend-command.ts'
import {profileFlags, yesFlag} from '../../cli/flags.ts'
import {UninstalledPluginsShape} from '../../own-shapes.ts'
import {warnOfRemoval} from '../../plugin-host/offer-identity.ts'
import {readListed} from '../../plugins/plugin-list.ts'
import {removePlugins} from '../../plugins/remove.ts'
import {findListed} from '../../plugins/package-spec.ts'
import {setOperations, once, pluginCommand} from '../../plugins/gated-commands.ts'

const Theirs: CommandExtension = pluginCommand('plugins:uninstall')

export default class PluginsUninstall extends Theirs {
  static override output = () => UninstalledPluginsShape
  static override summary = 'Uninstall or unlink plugins.'
  static override description =
    'Works offline, and whatever became of the plugin. Without a name: the one that is linked to this folder.'
  static override baseFlags = profileFlags
  static override flags = {...Theirs.flags, ...yesFlag}
  static override identity: Need = 'none'

  override async run(): Promise<ReadonlyArray<{name: string}>> {
    const {argv, flags} = await this.parse()
    const listed = readListed(this.config.dataDir)
    // Before any is taken away: all, or none.
    const names = (argv.length === 0 ? ['.'] : argv.map(String)).map((typed) => {
      const found = findListed(typed, listed, path.resolve(typed))
      if (found) return found.name
      const what = typed === '.' ? `No plugin is linked to ${path.resolve(typed)}.` : `${typed} is not installed.`
      throw usage(what, [`\`${this.config.bin} plugins\` lists what is.`])
    })
    await warnOfRemoval(names, this.config, {tell: (line) => this.tell(line), yes: flags['yes'] === true})
    const uninstall = once(async () => void removePlugins(names, this.config.dataDir))
    setOperations(this.config, {listed, uninstall})
    await super.run()
    await this.showDone(
      `Uninstalled ${names.join(', ')}.`,
      names.map((id) => ({id})),
    )
    return names.map((name) => ({name}))
  }
}
