import {Flags} from '@oclif/core'
import {dateFlag, wholeNumberFlag} from './flags.ts'
import {PRIORITIES, type TaskFields} from '../service/tasks.ts'

/** What can be set of a task, when it is created and later. */
export const taskFlags = {
  title: Flags.string({summary: 'What is to be done.'}),
  description: Flags.string({summary: 'More about it, in Markdown.'}),
  'status-id': Flags.string({summary: 'Its status; `superset tasks statuses list` shows them.', helpValue: '<id>'}),
  priority: Flags.option({options: PRIORITIES})({summary: 'How urgent it is.'}),
  assignee: Flags.string({summary: 'Who does it.', helpValue: '<user id>'}),
  estimate: wholeNumberFlag('Its size in points.', {min: 1}),
  'due-date': dateFlag('When it is due.'),
  labels: Flags.string({summary: 'Its labels, separated by commas.', helpValue: '<a,b>'}),
}

interface TaskFlagValues {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly 'status-id'?: string | undefined
  readonly priority?: (typeof PRIORITIES)[number] | undefined
  readonly assignee?: string | undefined
  readonly estimate?: number | undefined
  readonly 'due-date'?: string | undefined
  readonly labels?: string | undefined
  readonly 'pr-url'?: string | undefined
}

export function taskFields(flags: TaskFlagValues): TaskFields {
  return {
    title: flags.title,
    description: flags.description,
    statusId: flags['status-id'],
    priority: flags.priority,
    assigneeId: flags.assignee,
    estimate: flags.estimate,
    dueDate: flags['due-date'],
    labels: flags.labels
      ?.split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
    prUrl: flags['pr-url'],
  }
}
