import {Args} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {getTask, Task} from '../../service/tasks.ts'

export default class TasksGet extends SupersetCommand {
  static override aliases = ['t:get']
  static override summary = 'Show a task.'
  static override output = () => Task
  static override examples = ['<%= config.bin %> <%= command.id %> fix-login']
  static override args = {
    task: Args.string({description: 'Id or slug of the task.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<Task> {
    const {args} = await this.parse(TasksGet)
    const task = await getTask(await this.api(), args.task)
    return this.showRow(task)
  }
}
