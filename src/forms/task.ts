import {Flags} from '@oclif/core'
import {dateFlag, wholeNumberFlag, words} from '../cli/flags.ts'
import {readText} from '../cli/text-input.ts'
import {type Clearable, PRIORITIES, type TaskFields} from '../service/tasks.ts'
import {nameFlag} from './named.ts'

/** What can be set of a task, when it is created and later. */
export const taskFlags = {
  title: Flags.string({summary: 'What is to be done.'}),
  description: Flags.string({summary: 'More about it, in Markdown.'}),
  'description-file': Flags.string({
    summary: 'Read the description from this file; - is standard input.',
    helpValue: '<path|->',
    exclusive: ['description'],
  }),
  edit: Flags.boolean({
    summary: 'Write the description in your editor (VISUAL, EDITOR).',
    exclusive: ['description-file'],
  }),
  status: nameFlag('Its status; `superset tasks statuses list` shows them.', {
    helpValue: '<name|id>',
    aliases: ['status-id'],
  }),
  priority: Flags.option({options: PRIORITIES})({summary: 'How urgent it is.'}),
  assignee: nameFlag('Who does it; @me is you, none is nobody.', {helpValue: '<e-mail|name|@me|id>'}),
  estimate: wholeNumberFlag('Its size in points.', {min: 1}),
  'due-date': dateFlag('When it is due.'),
  labels: Flags.string({summary: 'Its labels, separated by commas.', helpValue: '<a,b>'}),
}

/** For `--assignee`: that nobody does it. */
export const NOBODY = 'none'

interface TaskFlagValues {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly 'description-file'?: string | undefined
  readonly status?: string | undefined
  readonly priority?: (typeof PRIORITIES)[number] | undefined
  readonly assignee?: string | undefined
  readonly estimate?: number | undefined
  readonly 'due-date'?: string | undefined
  readonly labels?: string | undefined
  readonly 'pr-url'?: string | undefined
}

/** @throws Problem USAGE_INVALID (2) for a file that cannot be read */
export function taskFields(flags: TaskFlagValues): TaskFields {
  const file = flags['description-file']
  return {
    title: flags.title,
    // Editors and `echo` end a text with a line break that nobody meant.
    description: file === undefined ? flags.description : readText(file, '--description-file').trimEnd(),
    status: flags.status,
    priority: flags.priority,
    assignee: flags.assignee === NOBODY ? undefined : flags.assignee,
    estimate: flags.estimate,
    dueDate: flags['due-date'],
    labels: flags.labels === undefined ? undefined : words(flags.labels),
    prUrl: flags['pr-url'],
  }
}

/** What flags that set a field say should be emptied. */
export function clearedBy(flags: TaskFlagValues): readonly Clearable[] {
  return flags.assignee === NOBODY ? ['assignee'] : []
}
