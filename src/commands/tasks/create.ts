import {Flags} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {createTask, Task} from '../../service/tasks.ts'
import {taskFields, taskFlags} from '../../cli/task-flags.ts'

export default class TasksCreate extends SupersetCommand {
  static override aliases = ['t:create']
  static override summary = 'Create a task.'
  static override output = () => Task
  static override examples = [
    '<%= config.bin %> <%= command.id %> --title "Fix login" --priority high --due-date 2026-09-01 --labels auth,web',
    {description: 'Keep its id', command: 'id=$(<%= config.bin %> <%= command.id %> --title "Fix login" --quiet)'},
  ]
  static override flags = {
    ...taskFlags,
    title: Flags.string({summary: 'What is to be done.', required: true}),
  }

  async run(): Promise<Task> {
    const {flags} = await this.parse(TasksCreate)
    const task = await createTask(await this.api(), taskFields(flags))
    await this.showDone(`Created task ${task.slug}: ${task.title}`, [task])
    return task
  }
}
