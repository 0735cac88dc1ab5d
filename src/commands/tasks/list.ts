import {Flags} from '@oclif/core'
import {array} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {dateFlag, pageFlags} from '../../cli/flags.ts'
import {nameFlag} from '../../forms/named.ts'
import {NOBODY} from '../../forms/task.ts'
import {TASKS} from '../../output/views.ts'
import {pages} from '../../service/pages.ts'
import {ME} from '../../service/people.ts'
import {ListedTask, LONGEST_PAGE, taskPages} from '../../service/task-list.ts'
import {PRIORITIES} from '../../service/tasks.ts'

export default class TasksList extends SupersetCommand {
  static override aliases = ['t:list']
  static override summary = 'List the tasks of the organization.'
  static override description =
    'Fifty at a time, newest first unless told otherwise; page with --limit and --offset, or take --all.'
  static override examples = [
    {
      description: 'What is mine and urgent',
      command: '<%= config.bin %> <%= command.id %> --assignee @me --priority urgent',
    },
    {
      description: 'What waits for a review',
      command: '<%= config.bin %> <%= command.id %> --status "In Review" --sort-by dueDate --sort-order asc',
    },
    {
      description: 'What is due in September',
      command: '<%= config.bin %> <%= command.id %> --due-from 2026-09-01 --due-to 2026-09-30',
    },
    {description: 'Ids for a script', command: '<%= config.bin %> <%= command.id %> --search login --quiet'},
  ]
  static override output = () => array(ListedTask)
  static override flags = {
    ...pageFlags({max: LONGEST_PAGE}),
    status: nameFlag('Only this status.', {helpValue: '<name|id>', aliases: ['status-id']}),
    priority: Flags.option({options: PRIORITIES})({summary: 'Only this priority.'}),
    assignee: nameFlag('Only what this member does.', {helpValue: '<e-mail|name|@me|id>', exclusive: ['assignee-me']}),
    'assignee-me': Flags.boolean({char: 'm', summary: 'Only what is assigned to you.'}),
    'creator-me': Flags.boolean({summary: 'Only what you created.'}),
    search: Flags.string({char: 's', summary: 'Only what has this text.'}),
    project: nameFlag('Only this external project.', {helpValue: '<name|id>'}),
    'project-name': Flags.string({summary: 'Only external projects whose name begins like this.'}),
    cycle: nameFlag('Only this external cycle.', {helpValue: '<name|id>'}),
    'due-from': dateFlag('Due on this day or later.'),
    'due-to': dateFlag('Due on this day or earlier.'),
    'sort-by': Flags.option({options: ['createdAt', 'updatedAt', 'dueDate', 'priority'] as const})({
      summary: 'Sort by this.',
    }),
    'sort-order': Flags.option({options: ['asc', 'desc'] as const})({summary: 'Sort in this order.'}),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(TasksList)
    if (flags.assignee === NOBODY)
      throw usage('The service cannot list what is assigned to nobody.', ['List all, and choose by assigneeId.'])
    const read = await taskPages(await this.api(), {
      status: flags.status,
      priority: flags.priority,
      assignee: flags['assignee-me'] ? ME : flags.assignee,
      creatorMe: flags['creator-me'],
      search: flags.search,
      project: flags.project,
      projectName: flags['project-name'],
      cycle: flags.cycle,
      dueFrom: flags['due-from'],
      dueTo: flags['due-to'],
      sortBy: flags['sort-by'],
      sortOrder: flags['sort-order'],
    })
    return this.showList(pages(read, flags, LONGEST_PAGE), TASKS, flags)
  }
}
