import {Args, Flags} from '@oclif/core'
import {type ParsedLine, SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {edited} from '../../forms/edited.ts'
import {clearedBy, taskFields, taskFlags} from '../../forms/task.ts'
import {CLEARABLE, getTask, Task, updateTask} from '../../service/tasks.ts'

/** Flags of which one at least is needed. */
const CHANGES = [...(Object.keys(taskFlags) as (keyof typeof taskFlags)[]), 'pr-url', 'clear'] as const

export default class TasksUpdate extends SupersetCommand {
  static override aliases = ['t:update']
  static override summary = 'Change a task.'
  static override description = 'What is not named stays as it is; --clear empties a field.'
  static override output = () => Task
  static override examples = [
    '<%= config.bin %> <%= command.id %> fix-login --status "In Progress" --assignee @me',
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
    'pr-url': Flags.string({
      summary: 'Address of its pull request.',
      helpValue: '<url>',
      async parse(input) {
        if (URL.canParse(input)) return input
        throw usage(`${JSON.stringify(input)} is not the address of a page, such as https://example.com/pull/1.`)
      },
    }),
    clear: Flags.option({options: CLEARABLE, multiple: true, multipleNonGreedy: true})({
      summary: 'Empty this field; can be given several times.',
    }),
  }

  protected override validate({flags}: ParsedLine<typeof TasksUpdate>): void {
    const cleared = flags.clear ?? []
    const both = cleared.find((name) => flags[name] !== undefined)
    if (both) throw usage(`--clear ${both} and --${both} contradict each other.`)
    if (cleared.includes('description') && (flags.edit || flags['description-file'] !== undefined))
      throw usage('--clear description and another description contradict each other.')
    if (CHANGES.every((name) => flags[name] === undefined || flags[name] === false))
      throw usage('Nothing to change: name a field to set, or one to --clear.', ['Run `superset tasks update --help`.'])
  }

  async run(): Promise<Task | undefined> {
    const {args, flags} = await this.parse(TasksUpdate)
    const clear = [...(flags.clear ?? []), ...clearedBy(flags)]
    const fields = taskFields(flags)
    const api = await this.api()
    const description = flags.edit
      ? edited(this.config, fields.description ?? (await getTask(api, args.task)).description ?? '', 'description.md')
      : fields.description
    const task = await updateTask(api, args.task, {...fields, description}, clear)
    return this.showDone(`Updated task ${task.slug}: ${task.title}`, [task])
  }
}
