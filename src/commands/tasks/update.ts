import {Args, Flags} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {CLEARABLE, Task, updateTask} from '../../service/tasks.ts'
import {taskFields, taskFlags} from '../../cli/task-flags.ts'

export default class TasksUpdate extends SupersetCommand {
  static override aliases = ['t:update']
  static override summary = 'Change a task.'
  static override description = 'What is not named stays as it is; --clear empties a field.'
  static override output = () => Task
  static override examples = [
    '<%= config.bin %> <%= command.id %> fix-login --priority low',
    {
      description: 'Nobody does it, and it is due no more',
      command: '<%= config.bin %> <%= command.id %> fix-login --clear assignee --clear due-date',
    },
  ]
  static override args = {
    task: Args.string({description: 'Id or slug of the task.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...taskFlags,
    'pr-url': Flags.string({summary: 'Address of its pull request.', helpValue: '<url>'}),
    clear: Flags.option({options: CLEARABLE, multiple: true, multipleNonGreedy: true})({
      summary: 'Empty this field; can be given several times.',
    }),
  }

  async run(): Promise<Task> {
    const {args, flags} = await this.parse(TasksUpdate)
    const clear = flags.clear ?? []
    const fields = taskFields(flags)
    const both = clear.find((name) => flags[name] !== undefined)
    if (both) throw usage(`--clear ${both} and --${both} contradict each other.`)
    if (clear.length === 0 && Object.values(fields).every((value) => value === undefined)) {
      throw usage('Nothing to change: name a field to set, or one to --clear.', ['Run `superset tasks update --help`.'])
    }

    const task = await updateTask(await this.api(), args.task, fields, clear)
    await this.showDone(`Updated task ${task.slug}: ${task.title}`, [task])
    return task
  }
}
