import {Args, Flags} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {openWebPage} from '../../forms/web-page.ts'
import {type Details, detailsText, named, timed} from '../../output/details.ts'
import {getTask, namesOfTask, Task, type TaskNames} from '../../service/tasks.ts'

export default class TasksGet extends SupersetCommand {
  static override aliases = ['t:get']
  static override summary = 'Show a task.'
  static override output = () => Task
  static override examples = [
    '<%= config.bin %> <%= command.id %> fix-login',
    {description: 'In the browser', command: '<%= config.bin %> <%= command.id %> fix-login --web'},
  ]
  static override args = {
    task: Args.string({description: 'Id or slug of the task.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    web: Flags.boolean({char: 'w', summary: 'Open it in the browser.', exclusive: ['json', 'quiet']}),
  }

  async run(): Promise<Task> {
    const {args, flags} = await this.parse(TasksGet)
    const api = await this.api()
    const task = await getTask(api, args.task)
    if (flags.web && this.mode() === 'human') {
      await openWebPage(this.config, 'tasks', task.slug)
      return task
    }

    await this.show({
      // Names cost requests: they are for who looks at them.
      human: async () => detailsText(detailsOf(task, process.stdout.isTTY ? await namesOfTask(api, task) : {})),
      ids: () => [task.id],
    })
    return task
  }
}

function detailsOf(task: Task, names: TaskNames): Details {
  const now = Date.now()
  const assignee = names.assignee ?? task.assigneeDisplayName ?? undefined
  return {
    title: `${task.slug}: ${task.title}`,
    lines: [
      ['Status', named(names.status, task.statusId)],
      ['Priority', task.priority],
      ['Assignee', named(assignee, task.assigneeId)],
      ['Due', timed(task.dueDate, now)],
      ['Estimate', task.estimate],
      ['Labels', task.labels],
      ['Project', named(task.externalProjectName ?? undefined, task.externalProjectId)],
      ['Cycle', named(task.externalCycleName ?? undefined, task.externalCycleId)],
      ['Branch', task.branch],
      ['Pull request', task.prUrl],
      ['Elsewhere', task.externalUrl],
      ['Created', timed(task.createdAt, now)],
      ['By', named(names.creator, task.creatorId)],
      ['Updated', timed(task.updatedAt, now)],
      ['Id', task.id],
    ],
    text: task.description,
  }
}
