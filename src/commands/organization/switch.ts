import {variableOf} from '@superset/identity'
import {Args} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {accountFlags} from '../../cli/flags.ts'
import {Organization, switchOrganization} from '../../service/organizations.ts'

export default class OrganizationSwitch extends SupersetCommand {
  static override aliases = ['org:switch']
  static override summary = 'Choose the organization that later commands act on.'
  static override output = () => Organization
  static override examples = ['<%= config.bin %> <%= command.id %> acme']
  static override baseFlags = accountFlags
  static override args = {
    organization: Args.string({
      description: 'Id, slug or name of the organization.',
      required: true,
      ignoreStdin: true,
    }),
  }

  async run(): Promise<Organization> {
    const {args} = await this.parse(OrganizationSwitch)
    const api = await this.plainApi()
    const organization = await switchOrganization(api, args.organization)
    const wins = variableOf(api.session.organization?.source ?? '')
    await this.showDone(`Switched to ${organization.name}.`, [organization])
    if (wins) this.tell(`${wins} is set and still wins.`)
    return organization
  }
}
