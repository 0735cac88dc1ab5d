import {SupersetCommand} from '../../../cli/command.ts'
import {listStatuses, type TaskStatus} from '../../../service/tasks.ts'

export default class TasksStatusesList extends SupersetCommand {
  static override aliases = ['t:statuses:list']
  static override summary = 'List the statuses that a task can have.'

  async run(): Promise<TaskStatus[]> {
    await this.parse(TasksStatusesList)
    const statuses = await listStatuses(await this.api())
    await this.showRows(statuses, ['name', 'type', 'position', 'id'])
    return statuses
  }
}
