import {Flags} from '@oclif/core'
import {array} from 'valibot'
import {listFlags} from '../../cli/flags.ts'
import {HostCommand, hostFlags} from '../../cli/host-command.ts'
import {WORKSPACES} from '../../output/views.ts'
import {ListedWorkspace, listWorkspaces} from '../../service/workspaces.ts'

export default class WorkspacesList extends HostCommand {
  static override aliases = ['ws:list']
  static override summary = 'List the workspaces of a host.'
  static override output = () => array(ListedWorkspace)
  static override examples = [
    '<%= config.bin %> <%= command.id %> --project demo',
    {description: 'Of another machine', command: '<%= config.bin %> <%= command.id %> --host build-box'},
  ]
  static override flags = {
    ...hostFlags,
    project: Flags.string({summary: 'Only those of this project.', helpValue: '<name|id>'}),
    search: Flags.string({char: 's', summary: 'Only those with this text in name, branch or project.'}),
    ...listFlags,
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(WorkspacesList)
    const {project, search} = flags
    return this.showList(await listWorkspaces(await this.target(flags), {project, search}), WORKSPACES, flags)
  }
}
