import assert from 'node:assert/strict'
import type {Sandbox} from '@superset/sandbox'
import {CommandsHere} from '../support/commands-here.ts'
import {systemText} from '../../src/forms/feedback.ts'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {assertReplayed, type Call, type Difference, recordingsOf} from '../support/replay.ts'

/** What ours does otherwise than the previous client, and why. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'automations-create-bad-rrule': {why: 'exit 2: the command line is wrong', exit: 2},
  'automations-delete': {why: 'what cannot be undone is confirmed', more: ['--yes']},
  'automations-prompt-set-file': {why: 'a file of its own', files: {'/home/ada/note.md': 'hello\n'}},
  'automations-prompt-set-stdin': {why: 'a text of its own', piped: 'from stdin'},
  'automations-run': {why: 'exit 75: it may work later', exit: 75},
  'feedback-submit-json': {
    why: 'exit 75: it may work later; the version and the system are ours',
    calls: ([call]) =>
      call ? [{...call, input: {...(call.input as object), appVersion: version, os: systemText()}}] : [],
    exit: 75,
  },
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

const TOPICS = ['automations', 'feedback', 'organization', 'tasks']
const {version} = createRequire(import.meta.url)('../../package.json') as {version: string}
/** The machine that host recordings were made on, which is this one here. */
const RECORDED_HOST = 'fed1ea074cc1a0c42e3959f07c63c176'

describe('the previous client, recorded, and our commands in its place', () => {
  const zone = process.env['TZ']
  const homeDir = mkdtempSync(path.join(tmpdir(), 'recordings-'))
  let here: CommandsHere
  let hostId: string
  before(async () => {
    process.env['TZ'] = 'UTC'
    hostId = await thisHostId()
    // No server of its own: each recording is one.
    const none = {url: 'https://api.example.test', apiKey: 'key', organizations: {team: {id: ''}}}
    here = await CommandsHere.create(none as Partial<Sandbox> as Sandbox, {homeDir})
  })
  after(() => {
    rmSync(homeDir, {recursive: true})
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  for (const {name} of recordingsOf(TOPICS)) {
    const difference = DIFFERENCES[name]
    it(difference ? `${name}: ${difference.why}` : name, () => {
      const [recorded] = recordingsOf([`${name}.json`], [[RECORDED_HOST, hostId]])
      assert.ok(recorded)
      return assertReplayed(here, recorded, difference ?? {}, ({url}) => {
        const organization = recorded.calls[0]?.organization
        if (organization !== undefined) leaveManifest(path.join(homeDir, 'host', organization), url)
        return {}
      })
    })
  }
})

/** As the host service of this machine leaves one. */
function leaveManifest(folder: string, endpoint: string): void {
  mkdirSync(folder, {recursive: true})
  const manifest = {pid: process.pid, endpoint, authToken: 'host-secret', startedAt: Date.now()}
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest), {mode: 0o600})
}
