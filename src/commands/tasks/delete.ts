import {Args, Flags} from '@oclif/core'
import {array, object, string} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
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
  static override flags = {yes: Flags.boolean({char: 'y', summary: 'Do not ask.'})}

  async run(): Promise<Deleted<'task'>> {
    const {args, flags} = await this.parse(TasksDelete)
    const deletion = deletionOfTasks(() => this.api(), [args.task].flat())
    await this.confirm(async () => question(await deletion.preview()), flags.yes)
    const result = await deletion.run()
    const {deleted, failed} = result
    if (deleted.length > 0) {
      const rows = deleted.map((id) => ({id}))
      await this.showDone(`Deleted ${deleted.length === 1 ? '1 task' : `${deleted.length} tasks`}.`, rows)
    }

    for (const {message, task} of failed) this.tell(`Not deleted: ${task}: ${message}`)
    if (failed.length > 0) process.exitCode = 1
    return result
  }
}

function question(tasks: readonly Task[]): string | undefined {
  const names = tasks.map(({slug, title}) => `${slug} ${JSON.stringify(title)}`)
  if (names.length < 2) return names[0] && `Delete task ${names[0]}?`
  return [...names.map((name) => `  ${name}`), `Delete these ${names.length} tasks?`].join('\n')
}
