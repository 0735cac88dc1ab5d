import type {Sandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {CommandsHere} from '../support/commands-here.ts'
import {
  assertReplayed,
  type Call,
  type Difference,
  type Recorded,
  recordingsOf,
  type Replay,
} from '../support/replay.ts'

const TOPICS = ['agents-', 'host-status', 'hosts-', 'projects-', 'relay-', 'terminals-', 'workspaces-']
const ORGANIZATION = '5e28c750-aa49-431b-928d-33f1bc329055'
/** Ids of hosts, as recorded: on its own, and asked by another machine. */
const HOST = 'fed1ea074cc1a0c42e3959f07c63c176'
const ASKING = '4bd37507188d70d0df1041931d80a57b'
const ELSEWHERE = 'e'.repeat(32)

interface HostDifference extends Difference {
  /** Answers that theirs did not need, by procedure of the host. */
  readonly answers?: Readonly<Record<string, unknown>>
}

/** The organization is looked up without one, so that a stale choice locks nobody out. */
const byName = (theirs: readonly Call[]) =>
  theirs.map((call) => (call.procedure === 'user.myOrganizations' ? {...call, organization: undefined} : call))
const onlineAs =
  (online: boolean, local: boolean) =>
  (theirs: unknown): unknown =>
    (theirs as object[]).map((host) => ({...host, online, local, wakeCommand: null}))
const withoutDash = (theirs: unknown) => (theirs as object[]).map((project) => ({...project, repo: null}))
const once = (theirs: readonly Call[]) =>
  theirs.filter((call, at) => at === 0 || call.procedure !== 'host.relayEndpoint')
const DELETED = {id: '9dfd8d29-a2ee-48b4-9452-b97cd8bdf214', name: 'cmd', branch: 'cmd-x', type: 'worktree'}

/** That answers now, as `status` names it. */
let server = {port: 0, endpoint: ''}

/** What ours does otherwise than the previous client, and why. */
const DIFFERENCES: Readonly<Record<string, HostDifference>> = {
  'host-status-json': {
    why: 'of another process; and the organization is looked up without one',
    calls: byName,
    output: (theirs) => ({...(theirs as object), pid: process.pid, ...server, uptimeSec: 0}),
  },
  'host-status-not-running-json': {why: 'the organization is looked up without one', calls: byName},
  'hosts-list': {
    why: 'the organization that is chosen is not looked up',
    calls: (theirs) => theirs.filter(({procedure}) => procedure === 'host.list'),
  },
  'hosts-list-json-org': {
    why: 'whether a host is online is true or false, and which one is this machine is said apart',
    calls: byName,
    output: onlineAs(true, false),
  },
  'hosts-list-local-json': {why: 'the same', calls: byName, output: onlineAs(false, true)},
  'hosts-set-wake': {why: 'the organization is looked up without one', calls: byName},
  'hosts-set-wake-unknown': {why: 'the same', calls: byName},
  'hosts-wake-yes': {why: 'the same', calls: byName},
  'projects-create-no-target': {why: 'exit 2: the command line is wrong', exit: 2},
  'projects-list-host': {why: 'exit 75: the relay may be reached later', exit: 75},
  'projects-list-host-not-running': {why: 'exit 75: it may run later', exit: 75},
  'projects-list-json': {why: 'no repository is null, not a dash', output: withoutDash},
  'relay-host-offline': {
    why: 'exit 75, and the host is looked up: offline and unknown are the same to the relay',
    exit: 75,
    calls: (theirs) => [
      ...theirs,
      {...(theirs[0] as Call), procedure: 'host.list', input: {organizationId: ORGANIZATION}},
    ],
  },
  'relay-hosts-list-json': {why: 'as hosts list', calls: byName, output: onlineAs(true, false)},
  'relay-projects-list': {why: 'no repository is null, not a dash', output: withoutDash},
  'relay-terminals-create': {why: 'the relay is asked for once', calls: once},
  'relay-terminals-read': {why: 'the relay is asked for once', calls: once},
  'workspaces-delete': {
    why: 'what cannot be undone is confirmed, and looked up before: to the host, an id that it does not know is gone',
    more: ['--yes'],
    answers: {'workspace.list': [DELETED]},
    calls: (theirs) => [
      {...(theirs[0] as Call), method: 'GET', procedure: 'workspace.list', input: undefined},
      ...theirs,
    ],
    output: (theirs) => ({...(theirs as object), failed: []}),
  },
  'workspaces-get-unknown': {
    why: 'the name of its host is not asked for where there is no workspace',
    calls: (theirs) => theirs.filter(({to}) => to === 'host'),
  },
}

describe('the previous client with hosts, recorded, and our commands in its place', () => {
  let here: CommandsHere
  let homeDir: string
  before(async () => {
    homeDir = mkdtempSync(path.join(tmpdir(), 'recordings-'))
    const none = {url: 'https://api.example.test', apiKey: 'key', organizations: {team: {id: ''}}}
    here = await CommandsHere.create(none as Partial<Sandbox> as Sandbox, {homeDir})
  })
  after(() => rmSync(homeDir, {recursive: true}))

  const manifest = () => path.join(homeDir, 'host', ORGANIZATION, 'manifest.json')

  /** The host service of this machine is the recording, where it was asked there. */
  function sessionAt(replay: Replay, {args, calls}: Recorded) {
    server = {port: Number(new URL(replay.url).port), endpoint: replay.url}
    rmSync(manifest(), {force: true})
    mkdirSync(path.dirname(manifest()), {recursive: true})
    const content = {pid: process.pid, endpoint: replay.url, authToken: 'host-secret', startedAt: Date.now()}
    if (calls.some(({to}) => to === 'host')) writeFileSync(manifest(), JSON.stringify(content), {mode: 0o600})
    const named = args[args.indexOf('--org') + 1]
    const own = calls.find(({organization}) => organization !== undefined)?.organization ?? ORGANIZATION
    return {
      token: async () => 'token',
      organization: args.includes('--org')
        ? {value: named ?? '', source: 'flag' as const}
        : {value: own, source: 'stored' as const},
      async fetch(input: string | URL, init?: RequestInit) {
        const response = await fetch(new URL(input, replay.url), init)
        const text = (await response.text()).replaceAll('http://relay.superset.test', replay.url)
        return new Response(text, {status: response.status, headers: response.headers})
      },
    }
  }

  for (const {name} of recordingsOf(TOPICS)) {
    const {answers = {}, ...difference} = DIFFERENCES[name] ?? ({why: ''} satisfies HostDifference)
    it(difference.why === '' ? name : `${name}: ${difference.why}`, async () => {
      const own = await thisHostId()
      const isAskedFromElsewhere = name.startsWith('relay-')
      const translated = recordingsOf(
        [name],
        [
          [HOST, isAskedFromElsewhere ? ELSEWHERE : own],
          [ASKING, own],
        ],
      )
      const recorded = translated.find((one) => one.name === name)
      assert.ok(recorded)
      const more = Object.entries(answers).map(([procedure, json]) => ({
        call: {to: 'host', method: 'GET', procedure, input: undefined, organization: undefined} as const,
        body: {result: {data: {json}}},
      }))
      const whole = {...recorded, answers: [...recorded.answers, ...more]}
      await assertReplayed(here, whole, difference, (replay) => sessionAt(replay, whole))
    })
  }
})
