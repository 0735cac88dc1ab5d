import {Flags} from '@oclif/core'
import {array} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {dateFlag, pageFlags} from '../../cli/flags.ts'
import {ListedTask, listTasks, PRIORITIES} from '../../service/tasks.ts'
import {TASKS} from '../../output/views.ts'
import {pages} from '../../service/pages.ts'

/** The longest page that the service gives. */
const MOST = 500

export default class TasksList extends SupersetCommand {
  static override aliases = ['t:list']
  static override summary = 'List the tasks of the organization.'
  static override description = 'Fifty at a time, newest first unless told otherwise; page with --limit and --offset.'
  static override examples = [
    {
      description: 'What is mine and urgent',
      command: '<%= config.bin %> <%= command.id %> --assignee-me --priority urgent',
    },
    {
      description: 'What is due in September',
      command: '<%= config.bin %> <%= command.id %> --due-from 2026-09-01 --due-to 2026-09-30',
    },
    {description: 'Ids for a script', command: '<%= config.bin %> <%= command.id %> --search login --quiet'},
  ]
  static override output = () => array(ListedTask)
  static override flags = {
    ...pageFlags({max: MOST}),
    status: Flags.string({summary: 'Only this status.', helpValue: '<id>'}),
    priority: Flags.option({options: PRIORITIES})({summary: 'Only this priority.'}),
    assignee: Flags.string({
      summary: 'Only what is assigned to this user.',
      helpValue: '<user id>',
      exclusive: ['assignee-me'],
    }),
    'assignee-me': Flags.boolean({char: 'm', summary: 'Only what is assigned to you.'}),
    'creator-me': Flags.boolean({summary: 'Only what you created.'}),
    search: Flags.string({char: 's', summary: 'Only what has this text.'}),
    project: Flags.string({summary: 'Only this external project.', helpValue: '<id>'}),
    'project-name': Flags.string({summary: 'Only external projects whose name begins like this.'}),
    cycle: Flags.string({summary: 'Only this external cycle.', helpValue: '<id>'}),
    'due-from': dateFlag('Due on this day or later.'),
    'due-to': dateFlag('Due on this day or earlier.'),
    'sort-by': Flags.option({options: ['createdAt', 'updatedAt', 'dueDate', 'priority'] as const})({
      summary: 'Sort by this.',
    }),
    'sort-order': Flags.option({options: ['asc', 'desc'] as const})({summary: 'Sort in this order.'}),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(TasksList)
    const api = await this.api()
    const filter = {
      statusId: flags.status,
      priority: flags.priority,
      assigneeId: flags.assignee,
      assigneeMe: flags['assignee-me'],
      creatorMe: flags['creator-me'],
      search: flags.search,
      externalProjectId: flags.project,
      externalProjectName: flags['project-name'],
      externalCycleId: flags.cycle,
      dueDateFrom: flags['due-from'],
      dueDateTo: flags['due-to'],
      sortBy: flags['sort-by'],
      sortOrder: flags['sort-order'],
    }
    const tasks = pages((page) => listTasks(api, {...filter, ...page}), flags, MOST)
    return this.showList(tasks, TASKS, flags)
  }
}
