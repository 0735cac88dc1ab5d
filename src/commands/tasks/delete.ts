import {Args, Flags} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {deleteTasks, type Deletion} from '../../service/task-deletion.ts'

export default class TasksDelete extends SupersetCommand {
  static override aliases = ['t:delete']
  static override summary = 'Delete tasks.'
  static override description =
    'Asks first on a terminal and needs --yes elsewhere. When some cannot be deleted, the others are: the result names both, with exit code 1.'
  static override examples = ['<%= config.bin %> <%= command.id %> fix-login old-idea --yes']
  static override args = {
    task: Args.string({description: 'Ids or slugs of the tasks.', required: true, multiple: true, ignoreStdin: true}),
  }
  static override flags = {yes: Flags.boolean({char: 'y', summary: 'Do not ask.'})}

  async run(): Promise<Deletion> {
    const {args, flags} = await this.parse(TasksDelete)
    const tasks = [args.task].flat()
    await this.confirm(`Delete ${tasks.length === 1 ? `task ${tasks[0]}` : `${tasks.length} tasks`}?`, flags.yes)
    const deletion = await deleteTasks(await this.api(), tasks)
    const {deleted, failed} = deletion
    if (deleted.length > 0) {
      const rows = deleted.map((id) => ({id}))
      await this.showDone(`Deleted ${deleted.length === 1 ? '1 task' : `${deleted.length} tasks`}.`, rows)
    }

    for (const {message, task} of failed) this.tell(`Not deleted: ${task}: ${message}`)
    if (failed.length > 0) process.exitCode = 1
    return deletion
  }
}
