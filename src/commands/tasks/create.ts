import {Flags} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {edited} from '../../forms/edited.ts'
import {taskFields, taskFlags} from '../../forms/task.ts'
import {createTask, Task} from '../../service/tasks.ts'

export default class TasksCreate extends SupersetCommand {
  static override aliases = ['t:create']
  static override summary = 'Create a task.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --title "Fix login" --priority high --due-date friday --labels auth,web',
    {
      description: 'For yourself, to be reviewed',
      command: '<%= config.bin %> <%= command.id %> --title "Fix login" --assignee @me --status "In Review"',
    },
    {
      description: 'With a description from another program',
      command: 'git log -1 --format=%b | <%= config.bin %> <%= command.id %> --title "Review it" --description-file -',
    },
    {description: 'Keep its id', command: 'id=$(<%= config.bin %> <%= command.id %> --title "Fix login" --quiet)'},
  ]
  static override output = () => Task
  static override flags = {
    ...taskFlags,
    title: Flags.string({summary: 'What is to be done.', required: true}),
  }

  async run(): Promise<Task | undefined> {
    const {flags} = await this.parse(TasksCreate)
    const fields = taskFields(flags)
    const description = flags.edit
      ? edited(this.config, fields.description ?? '', 'description.md')
      : fields.description
    const task = await createTask(await this.api(), {...fields, description})
    return this.showDone(`Created task ${task.slug}: ${task.title}`, [task])
  }
}
