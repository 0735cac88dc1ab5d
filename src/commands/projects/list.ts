import {array} from 'valibot'
import {listFlags} from '../../cli/flags.ts'
import {HostCommand, hostFlags} from '../../cli/host-command.ts'
import {PROJECTS} from '../../output/views.ts'
import {ListedProject, listProjects} from '../../service/projects.ts'

export default class ProjectsList extends HostCommand {
  static override summary = 'List the projects that are set up on a host.'
  static override output = () => array(ListedProject)
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'Of another machine', command: '<%= config.bin %> <%= command.id %> --host build-box'},
  ]
  static override flags = {...hostFlags, ...listFlags}

  async run(): Promise<unknown> {
    const {flags} = await this.parse(ProjectsList)
    return this.showList(await listProjects(await this.target(flags)), PROJECTS, flags)
  }
}
