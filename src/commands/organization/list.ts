import {SupersetCommand} from '../../cli/command.ts'
import {accountFlags} from '../../cli/flags.ts'
import {type ListedOrganization, listOrganizations} from '../../service/organizations.ts'

export default class OrganizationList extends SupersetCommand {
  static override aliases = ['org:list']
  static override summary = 'List your organizations.'
  static override baseFlags = accountFlags

  async run(): Promise<ListedOrganization[]> {
    await this.parse(OrganizationList)
    const organizations = await listOrganizations(await this.plainApi())
    await this.showRows(organizations, ['name', 'slug', 'active', 'id'])
    return organizations
  }
}
