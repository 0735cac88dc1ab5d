import {array} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {accountFlags, listFlags} from '../../cli/flags.ts'
import {ListedOrganization, listOrganizations} from '../../service/organizations.ts'
import {ORGANIZATIONS} from '../../output/views.ts'

export default class OrganizationList extends SupersetCommand {
  static override aliases = ['org:list']
  static override summary = 'List your organizations.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override output = () => array(ListedOrganization)
  static override baseFlags = accountFlags
  static override flags = listFlags

  async run(): Promise<unknown> {
    const {flags} = await this.parse(OrganizationList)
    return this.showList(await listOrganizations(await this.plainApi()), ORGANIZATIONS, flags)
  }
}
