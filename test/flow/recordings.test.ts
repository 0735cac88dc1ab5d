import type {Sandbox} from '@superset/sandbox'
import {CommandsHere} from '../support/commands-here.ts'
import {assertReplayed, type Call, type Difference, recordingsOf} from '../support/replay.ts'

/** What ours does otherwise than the previous client, and why. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'organization-list': {
    why: 'no organization is named, so that a stale choice locks nobody out, and one that was chosen is not asked for',
    calls: withoutActive,
  },
  'organization-list-json': {
    why: 'the same; and whether an organization is active is true or false, not a sign',
    calls: withoutActive,
    output: (theirs) => (theirs as {active: string}[]).map((one) => ({...one, active: one.active !== ''})),
  },
  'organization-switch': {why: 'no organization is named, so that a stale choice locks nobody out', calls: nowhere},
  'organization-switch-unknown': {why: 'the same', calls: nowhere},
  'tasks-create-empty-title': {why: 'exit 2: the command line is wrong', exit: 2},
  'tasks-delete': {why: 'what cannot be undone is confirmed', more: ['--yes']},
  'tasks-delete-one': {why: 'what cannot be undone is confirmed', more: ['--yes']},
  'tasks-list-bad-status': {
    why: 'what is no id is the name of a status, which is looked up',
    calls: ([first]) => (first ? [{...first, procedure: 'task.statuses.list', input: undefined}] : []),
    exit: 78,
  },
  'tasks-list-json': {
    why: 'the name of the status is there, too, and what is missing is null, not a dash',
    output: (theirs) =>
      (theirs as Task[]).map((task) => ({
        ...task,
        status: 'Backlog',
        assignee: known(task.assignee),
        project: known(task.project),
      })),
  },
}

interface Task {
  readonly assignee: string
  readonly project: string
}

function known(name: string): string | null {
  return name === '—' ? null : name
}

function nowhere(theirs: readonly Call[]): readonly Call[] {
  return theirs.map((call) => ({...call, organization: undefined}))
}

function withoutActive(theirs: readonly Call[]): readonly Call[] {
  return nowhere(theirs.slice(0, 1))
}

describe('the previous client, recorded, and our commands in its place', () => {
  let here: CommandsHere
  before(async () => {
    // No server of its own: each recording is one.
    const none = {url: 'https://api.example.test', apiKey: 'key', organizations: {team: {id: ''}}}
    here = await CommandsHere.create(none as Partial<Sandbox> as Sandbox)
  })

  for (const recorded of recordingsOf(['organization', 'tasks'])) {
    const difference = DIFFERENCES[recorded.name]
    it(difference ? `${recorded.name}: ${difference.why}` : recorded.name, () =>
      assertReplayed(here, recorded, difference ?? {}),
    )
  }
})
