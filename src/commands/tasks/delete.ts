import {Args} from '@oclif/core'
import {array, object, string} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {yesFlag} from '../../cli/flags.ts'
import {deletionQuestion} from '../../forms/deletion.ts'
import type {Deleted} from '../../service/delete-each.ts'
import {deletionOfTasks, type Task} from '../../service/tasks.ts'

const Failure = object({task: string(), code: string(), message: string()})
const Answer = object({deleted: array(string()), failed: array(Failure)})

export default class TasksDelete extends SupersetCommand {
  static override aliases = ['t:delete']
  static override summary = 'Delete tasks.'
  static override description =
    'Asks first on a terminal and needs --yes elsewhere. When some cannot be deleted, the others are: the result names both, with exit code 1.'
  static override output = () => Answer
  static override examples = ['<%= config.bin %> <%= command.id %> fix-login old-idea --yes']
  static override args = {
    task: Args.string({description: 'Ids or slugs of the tasks.', required: true, multiple: true, ignoreStdin: true}),
  }
  static override flags = yesFlag

  async run(): Promise<Deleted<'task'>> {
    const {args, flags} = await this.parse(TasksDelete)
    const deletion = deletionOfTasks(() => this.api(), [args.task].flat())
    await this.confirm(async () => deletionQuestion('task', (await deletion.preview()).map(nameOf)), flags.yes)
    const result = await deletion.run()
    await this.showDeletion('task', result)
    return result
  }
}

function nameOf({slug, title}: Task): string {
  return `${slug} ${JSON.stringify(title)}`
}
