import {array} from 'valibot'
import {SupersetCommand} from '../../../cli/command.ts'
import {listStatuses, TaskStatus} from '../../../service/tasks.ts'
import {listFlags} from '../../../cli/flags.ts'
import {STATUSES} from '../../../output/views.ts'

export default class TasksStatusesList extends SupersetCommand {
  static override aliases = ['t:statuses:list']
  static override summary = 'List the statuses that a task can have.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override output = () => array(TaskStatus)
  static override flags = listFlags

  async run(): Promise<unknown> {
    const {flags} = await this.parse(TasksStatusesList)
    return this.showList(await listStatuses(await this.api()), STATUSES, flags)
  }
}
