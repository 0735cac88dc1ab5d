import {identityOf, type Need} from '@superset/identity'
import {pluginAccess} from '../../plugin-host/identity-plugins.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {choiceFlags, listFlags} from '../../cli/flags.ts'
import {surveyPlugins} from '../../identity/survey.ts'
import {IDENTITY_PLUGINS} from '../../output/views.ts'
import {IdentityPluginsShape} from '../../own-shapes.ts'

export default class IdentityList extends SupersetCommand {
  static override output = () => IdentityPluginsShape
  static override summary = 'List the identity plugins, who chose which, and whether they answer.'
  static override description = `Each is imported and asked, for ten seconds at most, and is given no credential.`
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override baseFlags = choiceFlags
  static override flags = listFlags
  static override identity: Need = 'none'

  async run(): Promise<unknown> {
    const {flags} = await this.parse(IdentityList)
    const {choice, request} = identityOf(this.config)
    const found = await surveyPlugins(choice, request, {...pluginAccess(this.config), plugins: this.config.plugins})
    const shown = await this.showList(found, IDENTITY_PLUGINS, flags)
    for (const {fault} of found) if (fault !== null) this.tell(fault)
    return shown
  }
}
