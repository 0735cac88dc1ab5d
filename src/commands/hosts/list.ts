import {array} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {listFlags} from '../../cli/flags.ts'
import {HOSTS} from '../../output/views.ts'
import {ListedHost, listHosts} from '../../service/hosts.ts'
import {thisHostId} from '../../service/targets/machine.ts'

export default class HostsList extends SupersetCommand {
  static override summary = 'List the hosts of the organization: the machines that workspaces live on.'
  static override description =
    'Online are those that can be reached from elsewhere. With an API key the service does not know it for sure.'
  static override output = () => array(ListedHost)
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'Names alone', command: '<%= config.bin %> <%= command.id %> --fields name --output tsv'},
  ]
  static override flags = {...listFlags}

  async run(): Promise<unknown> {
    const {flags} = await this.parse(HostsList)
    return this.showList(await listHosts(await this.api(), await thisHostId()), HOSTS, flags)
  }
}
