import {identityOf, type Need, printable} from '@superset/identity'
import {pluginAccess} from '../../plugin-host/identity-plugins.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {choiceFlags} from '../../cli/flags.ts'
import {type PluginSurvey, surveyPlugins} from '../../identity/survey.ts'
import type {ListView} from '../../output/view.ts'
import {IdentityPluginsShape} from '../../output/own-shapes.ts'

const PLUGINS: ListView = {
  noun: 'identity plugins',
  columns: ['plugin', 'version', 'chosenBy', 'authCommands', 'answers'],
  keep: ['plugin'],
}

export default class IdentityList extends SupersetCommand {
  static override output = () => IdentityPluginsShape
  static override summary = 'List the identity plugins, who chose which, and whether they answer.'
  static override description = `Each is imported and asked, for ten seconds at most, and is given no credential.`
  static override baseFlags = choiceFlags
  static override identity: Need = 'none'

  async run(): Promise<PluginSurvey[]> {
    await this.parse(IdentityList)
    const {choice, request} = identityOf(this.config)
    const found = await surveyPlugins(choice, request, {...pluginAccess(this.config), plugins: this.config.plugins})
    await this.show({
      human: () => this.text(found),
      ids: () => found.map(({plugin}) => plugin),
    })
    return found
  }

  private async text(found: readonly PluginSurvey[]): Promise<string> {
    const {table} = await import('../../output/table.ts')
    const rows = await table(found, PLUGINS, this.screen())
    return [rows, ...found.flatMap(({fault}) => (fault === null ? [] : printable(fault)))].join('\n')
  }
}
